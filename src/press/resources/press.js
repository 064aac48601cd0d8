// Tabs by mouse and keyboard, the contents list folded on a phone, wide tables that can be scrolled by keyboard.
// Without it a page shows everything: panels one below the other, the list open.
document.documentElement.classList.add("has-script");
const root = new URL("..", document.currentScript.src);

for (const tabset of document.querySelectorAll(".panel-tabset")) {
  const tabs = [...tabset.querySelectorAll(":scope > .nav-tabs [role=tab]")];
  const select = (chosen, focus) => {
    for (const tab of tabs) {
      const on = tab === chosen;
      tab.classList.toggle("active", on);
      tab.setAttribute("aria-selected", on);
      tab.tabIndex = on ? 0 : -1;
      document.getElementById(tab.getAttribute("aria-controls")).hidden = !on;
    }
    if (focus) chosen.focus();
  };
  tabs.forEach((tab, i) => {
    tab.addEventListener("click", (event) => { event.preventDefault(); select(tab, false); });
    tab.addEventListener("keydown", (event) => {
      const to = { ArrowRight: i + 1, ArrowLeft: i - 1, Home: 0, End: tabs.length - 1 }[event.key];
      if (to === undefined) return;
      event.preventDefault();
      select(tabs[(to + tabs.length) % tabs.length], true);
    });
  });
  const aimed = location.hash && tabset.querySelector(CSS.escape ? "#" + CSS.escape(location.hash.slice(1)) : null);
  const pane = aimed && aimed.closest(".tab-pane");
  select(tabs.find((tab) => pane && tab.getAttribute("aria-controls") === pane.id) || tabs[0], false);
}

if (!matchMedia("(min-width: 64rem)").matches) {
  for (const list of document.querySelectorAll("details.folds")) list.open = false;
}

const reachable = () => {
  for (const box of document.querySelectorAll(".cell-output-display, pre, .equation")) {
    if (box.scrollWidth > box.clientWidth) box.tabIndex = 0; else box.removeAttribute("tabindex");
  }
};
reachable();
addEventListener("resize", reachable);

// Searching: the index is fetched with the first word; Escape leaves the results.
const search = document.querySelector(".site-search");
if (search) {
  const [field, box] = [search.querySelector("input"), search.querySelector(".search-results")];
  const [status, list] = [box.querySelector("[role=status]"), box.querySelector("ol")];
  let asked = 0, engine;
  const find = async () => {
    const words = field.value.trim(), mine = ++asked;
    box.hidden = words.length < 2;
    if (box.hidden) return;
    try {
      engine = engine || import(new URL("site_libs/search/pagefind.js", root)).then(async (loaded) => {
        await loaded.options({ baseUrl: root.pathname, excerptLength: 18 });
        return loaded;
      });
      const found = await (await engine).search(words);
      const results = await Promise.all(found.results.slice(0, 12).map((result) => result.data()));
      if (mine !== asked) return;
      // Pages of one title are editions of it, in folders by year: of those the newest comes first, and the subtitle tells which.
      const editions = Map.groupBy ? Map.groupBy(results, (result) => result.meta.title) : new Map();
      for (const alike of editions.values()) alike.sort((one, other) => other.url.localeCompare(one.url));
      results.forEach((result, at) => { results[at] = (editions.get(result.meta.title) || [result]).shift(); });
      const [all, shown] = [found.results.length, results.length];
      status.textContent = all ? `${all} ${search.dataset.some} “${words}”` : `${search.dataset.none} “${words}”`;
      if (all > shown) status.textContent += `; ${search.dataset.first} ${shown}:`;
      list.replaceChildren(...results.map((result) => {
        const item = document.createElement("li"), text = document.createElement("div");
        const part = result.sub_results.find((each) => each.url !== result.url);
        for (const [address, title] of [[result.url, result.meta.title], ...(part ? [[part.url, part.title]] : [])]) {
          item.append(Object.assign(document.createElement("a"), { href: address, textContent: title }));
        }
        if (result.meta.subtitle) item.firstChild.after(Object.assign(document.createElement("p"), { textContent: result.meta.subtitle }));
        text.innerHTML = (part || result).excerpt;
        item.append(text);
        return item;
      }));
    } catch {
      engine = undefined;
      status.textContent = search.dataset.served;
    }
  };
  search.hidden = false;
  field.addEventListener("input", find);
  search.addEventListener("keydown", (event) => {
    if (event.key === "Escape") { box.hidden = true; field.focus(); }
  });
  document.addEventListener("click", (event) => { if (!search.contains(event.target)) box.hidden = true; });
}
