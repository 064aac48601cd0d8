"""An IPython shell that records what cells print, display and draw, in the order in which they do."""

from __future__ import annotations

import base64
import io
import re
import sys
from typing import Any

import matplotlib
import matplotlib.pyplot as plt
from IPython.core.displayhook import DisplayHook
from IPython.core.displaypub import DisplayPublisher
from IPython.core.interactiveshell import InteractiveShell
from matplotlib import font_manager
from matplotlib.figure import Figure
from plotnine import options as plotnine_options
from traitlets import Type
from traitlets.config import Config

from press.errors import PressError
from press.execute import Figures, Output, Step


class _Recorder:
    """Outputs of the step that is running."""

    def __init__(self) -> None:
        self.outputs: list[Output] = []

    def write(self, text: str) -> int:
        """Record printed text, joined to what was printed just before it."""
        last = self.outputs[-1] if self.outputs else None
        if last and last.kind == "stdout":
            self.outputs[-1] = Output("stdout", last.text + text)
        elif text:
            self.outputs.append(Output("stdout", text))
        return len(text)

    def flush(self) -> None:
        """Nothing is buffered."""

    def display(self, data: dict[str, Any], metadata: dict[str, Any] | None = None) -> None:
        """Record a display by mime type."""
        if _is_drawn(data):
            return
        encoded = {k: base64.b64encode(v).decode() if isinstance(v, bytes) else v for k, v in data.items()}
        if encoded:
            self.outputs.append(Output("display", data=encoded, metadata=metadata or {}))


class Shell:
    """The shell of one document."""

    def __init__(self, figures: Figures) -> None:
        self._recorder = recorder = _Recorder()
        self._figures = figures

        class Publisher(DisplayPublisher):
            def publish(self, data: dict[str, Any], metadata: Any = None, *_: Any, **__: Any) -> None:
                recorder.display(data, metadata)

        class Hook(DisplayHook):
            def write_output_prompt(self) -> None:
                """No prompt: documents show values only."""

            def write_format_data(self, format_dict: dict[str, Any], md_dict: Any = None) -> None:
                recorder.display(format_dict, md_dict)

            def finish_displayhook(self) -> None:
                """Nothing to end."""

        class Recording(InteractiveShell):
            displayhook_class = Type(Hook)
            display_pub_class = Type(Publisher)

            def showtraceback(self, *_: Any, **__: Any) -> None:
                """Kept silent: the press tells what failed, with file and line."""

            def showsyntaxerror(self, *_: Any, **__: Any) -> None:
                """Kept silent, as above."""

        settings = Config()
        settings.HistoryManager.enabled = False
        settings.InteractiveShell.colors = "nocolor"
        self._shell = Recording.instance(config=settings)
        formatter: Any = self._shell.display_formatter
        formatter.formatters["image/svg+xml"].for_type(Figure, _svg)
        sys.stdout = recorder  # type: ignore[assignment]
        self._set_up_drawing()

    def _set_up_drawing(self) -> None:
        """Figures as SVG. Text stays text in the font that the document declares, else it is drawn as outlines."""
        matplotlib.use("agg")
        plt.show = lambda *_, **__: self._show_figures()
        matplotlib.rcdefaults()
        font = self._figures.font
        if font:
            known = {entry.fname for entry in font_manager.fontManager.ttflist}
            for path in font_manager.findSystemFonts(list(self._figures.font_folders), fontext="ttf"):
                if path not in known:
                    font_manager.fontManager.addfont(path)
            matplotlib.rcParams["font.family"] = [font]
            plotnine_options.base_family = font
        matplotlib.rcParams["svg.fonttype"] = "none" if font else "path"
        matplotlib.rcParams["svg.hashsalt"] = "press"
        plotnine_options.figure_format = "svg"

    def _set_size(self, size: tuple[float, float] | None) -> None:
        size = size or (self._figures.width, self._figures.height)
        matplotlib.rcParams["figure.figsize"] = size
        plotnine_options.figure_size = size

    def run_cell(self, step: Step) -> list[Output]:
        """Run a cell; figures left open are shown at its end and closed."""
        self._recorder.outputs = []
        self._set_size(step.figure_size)
        result = self._shell.run_cell(step.code, store_history=True, silent=False)
        error = result.error_before_exec or result.error_in_exec
        if error and not step.allow_error:
            raise _cell_error(step, error)
        if error:
            self._recorder.outputs.append(Output("error", self._traceback(error)))
        self._show_figures()
        return self._recorder.outputs

    def _show_figures(self) -> None:
        """Show the figures that are open, and close them."""
        for number in plt.get_fignums():
            self._recorder.display({"image/svg+xml": _svg(plt.figure(number))})
        plt.close("all")

    def _traceback(self, error: BaseException) -> str:
        """What Jupyter shows of a failure, without colours."""
        shell = self._shell
        syntax = isinstance(error, SyntaxError)
        teller = shell.SyntaxTB if syntax else shell.InteractiveTB
        trace = None if syntax else error.__traceback__
        lines = teller.structured_traceback(type(error), error, trace, **({} if syntax else {"tb_offset": 1}))
        return re.sub(r"\x1b\[[0-9;]*m", "", "\n".join(lines))

    def evaluate(self, step: Step) -> list[Output]:
        """The value of an expression in prose, as one display."""
        self._recorder.outputs = []
        result = self._shell.user_expressions({"value": step.expression})["value"]
        if result["status"] == "error":
            raise PressError(
                "An expression in prose failed",
                where=step.where,
                expected=f"a value of {step.expression}",
                got=f"{result['ename']}: {result['evalue']}",
                hint="define the name in a cell above, or correct the expression",
            )
        return [Output("display", data=result["data"])]


def _is_drawn(data: dict[str, Any]) -> bool:
    """Whether a value is a piece of a drawing, such as `[<matplotlib.lines.Line2D at 0x7f32>]`: Quarto drops these."""
    text = str(data.get("text/plain", ""))
    return set(data) == {"text/plain"} and ("<matplotlib." in text or bool(re.match(r"Text\(-?[\d.]", text)))


def _svg(figure: Figure) -> str:
    """The SVG of a figure; the figure is closed, so that it is not shown twice."""
    stream = io.StringIO()
    figure.savefig(stream, format="svg", metadata={"Date": None}, bbox_inches="tight")
    plt.close(figure)
    return stream.getvalue()


def _cell_error(step: Step, error: BaseException) -> PressError:
    """A failed cell, with the line of the cell and the chain of calls that led to the failure."""
    calls = []
    trace = error.__traceback__
    line = getattr(error, "lineno", None)
    while trace:
        name = trace.tb_frame.f_code.co_filename
        if "ipython-input" in name or "ipykernel" in name:
            line = trace.tb_lineno
        elif "IPython" not in name:
            calls.append(f"{name}, line {trace.tb_lineno}, in {trace.tb_frame.f_code.co_name}")
        trace = trace.tb_next
    source = step.code.split("\n")
    shown = f"\nin      {source[line - 1].strip()}" if line and line <= len(source) else ""
    return PressError(
        "A cell failed",
        where=step.where + (f", line {line} of the code" if line else ""),
        expected="a cell that runs to its end",
        got=f"{type(error).__name__}: {error}{shown}" + "".join(f"\nfrom    {call}" for call in calls[-3:]),
        hint="run the cell in Jupyter; `#| error: true` shows a failure that is meant to be shown",
    )
