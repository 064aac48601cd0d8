// Tabs by mouse and keyboard, the contents list folded on a phone, wide tables that can be scrolled by keyboard.
// Without it a page shows everything: panels one below the other, the list open.
document.documentElement.classList.add("has-script");

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
