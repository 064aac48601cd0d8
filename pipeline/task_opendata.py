"""From publishable figures to data for reuse: tabellenboek, CSV with CSVW, Parquet, and a catalogue for portals."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import pytask
from pytask import Product

from analysis.settings import read_settings
from deliveries.passports import deliveries
from pipeline.folders import CONFIG, REPORT
from pipeline.sources import CATALOGUE, MANIFESTS, reusable_files, reusable_tables, shards, shared, sources_of

FILES, TABLES, SHARDS = reusable_files(), reusable_tables(), shards()


def licence(manifests: list[Path]) -> str:
    """The licence of the figures: that of the deliveries, all of them where they differ."""
    return " AND ".join(sorted({passport.licence for _, passport in deliveries(manifests)}))


for edition, files in FILES.items():

    @pytask.task(id=f"cijfers-{edition}")
    def task_edition(
        edition: int = edition,
        alike: list[Path] = [shared("config"), shared("figures")],
        manifests: list[Path] = MANIFESTS,
        code: list[Path] = sources_of("opendata.tablebook", "opendata.tabular"),
        made: Annotated[dict[str, Path], Product] = files,
        tables: Annotated[dict[tuple[int, str], Path], Product] = TABLES[edition],
    ) -> None:
        from opendata import tabular
        from opendata.edition import read_edition
        from opendata.tablebook import tablebook

        figures, terms = read_edition(edition), licence(manifests)
        rows = tabular.table(figures)
        made["xlsx"].write_bytes(tablebook(figures, terms))
        for of, path in tables.items():
            tabular.sheet(rows, figures, *of).to_csv(path, index=False, lineterminator="\n")
        made["parquet"].write_bytes(tabular.parquet(rows, figures, terms))
        named = {of: path.name for of, path in tables.items()}
        made["json"].write_text(tabular.metadata(figures, named, terms), encoding="utf-8")


def task_shards(
    alike: list[Path] = [shared("config"), shared("figures")],
    code: list[Path] = sources_of("opendata.shards", "opendata.tabular"),
    made: Annotated[dict[tuple[int, int], Path], Product] = SHARDS,
) -> None:
    from opendata import tabular
    from opendata.edition import read_edition
    from opendata.shards import shard

    rows = tabular.table(read_edition(max(wave for wave, _ in made)))
    for (wave, theme), path in made.items():
        mine = rows[rows["meting"].str.endswith(str(wave)) & (rows["themanummer"] == theme)]
        path.write_text(shard(mine, f"{wave}-{theme}"), encoding="utf-8")


def task_catalogue(
    files: dict[int, dict[str, Path]] = FILES,
    tables: dict[int, dict[tuple[int, str], Path]] = TABLES,
    settings: Path = CONFIG / "monitor.yml",
    manifests: list[Path] = MANIFESTS,
    code: list[Path] = sources_of("opendata.catalogue"),
    made: Annotated[Path, Product] = CATALOGUE,
) -> None:
    from opendata.catalogue import DataSet, catalogue

    rules, asked = read_settings(settings), [passport for _, passport in deliveries(manifests)]
    told = {edition: json.loads(paths["json"].read_text(encoding="utf-8")) for edition, paths in files.items()}
    sets = [
        DataSet(
            wave=edition,
            name=rules.name(edition),
            about=told[edition]["dc:description"],
            released=rules.editions[edition].released,
            asked=(
                min(each.fieldwork["from"] for each in asked),
                max(each.fieldwork["to"] for each in asked if each.wave <= edition),
            ),
            licence=licence(manifests),
            files={
                path.relative_to(REPORT).as_posix(): path.read_bytes()
                for path in (*paths.values(), *tables[edition].values())
            },
            parts={each["url"]: each["dc:title"] for each in told[edition]["tables"]},
        )
        for edition, paths in files.items()
    ]
    made.write_text(catalogue(rules.title, rules.mark, sets), encoding="utf-8")
