/* Parts that htmx replaces: what was open in them stays open, and the new part gets the focus. */
(() => {
  "use strict";
  const asked = (event) => ["click", "submit"].includes(event.detail.requestConfig?.triggeringEvent?.type);

  // --- Remember which parts were open, by a name that they have again after the swap ---
  const nameOf = (details) =>
    details.id ||
    details.querySelector("form[action]")?.getAttribute("action") ||
    details.querySelector("summary")?.textContent.trim();
  let open = [];
  let chosen = [];
  document.addEventListener("htmx:beforeSwap", (event) => {
    const target = event.detail.target;
    if (!target?.querySelectorAll) return;
    open = rd.$$("details[open]", target).map(nameOf);
    chosen = rd.$$("[data-tab-of]:checked", target).map((radio) => radio.id);
  });
  document.addEventListener("htmx:afterSwap", (event) => {
    const within = event.detail.elt.parentNode ?? document;
    for (const details of rd.$$("details:not([open])", within)) if (open.includes(nameOf(details))) details.open = true;
    const refused = within.querySelector("[aria-invalid=true]");
    for (const id of chosen) {
      const radio = document.getElementById(id);
      if (radio && !refused?.closest("[data-shown-by]")) radio.checked = true;
    }
    open = chosen = [];
  });

  // --- The new part's heading gets the focus, unless the user is typing or the form has errors ---
  document.addEventListener("htmx:afterSettle", (event) => {
    const { elt: panel, target } = event.detail;
    const mine = target && (panel.id === target.id || target.contains(panel));
    if (mine && asked(event) && !rd.typing(document.activeElement)) focusPanel(panel);
  });

  function focusPanel(panel) {
    if (panel.querySelector("[aria-invalid=true], .errsum")) return;
    const heading = panel.matches("[data-heading]") ? panel : panel.querySelector("[data-heading], h1, h2");
    const active = document.activeElement;
    const elsewhere = active !== document.body && !panel.contains(active);
    if (!heading || (elsewhere && !heading.hasAttribute("data-heading"))) return;
    heading.tabIndex = -1;
    heading.focus({ preventScroll: true });
    heading.scrollIntoView({ block: "nearest" });
  }

  // --- A refusal (403) that is not a part of this page is shown as a message and replaces nothing ---
  document.addEventListener("htmx:beforeSwap", (event) => {
    const { xhr, target } = event.detail;
    if (xhr.status !== 403 || !target?.id || xhr.responseText.includes(`id="${target.id}"`)) return;
    event.detail.shouldSwap = false;
    const answer = new DOMParser().parseFromString(xhr.responseText, "text/html");
    rd.say(answer.body.textContent.replace(/\s+/g, " ").trim());
  });

  // --- Tabs of a small screen: what is refused stays on its tab, unless others changed the complaint ---
  let shown = "";

  function show(workspace, name) {
    workspace.dataset.tab = name;
    for (const tab of rd.$$("[data-tab-for]", workspace)) {
      tab.setAttribute("aria-selected", String(tab.dataset.tabFor === name));
    }
  }

  document.addEventListener("click", (event) => {
    const tab = event.target.closest("[data-tab-for]");
    if (!tab) return;
    event.preventDefault();
    show(tab.closest(".ws"), tab.dataset.tabFor);
  });
  document.addEventListener("htmx:beforeSwap", (event) => {
    shown = event.detail.target?.id === "workspace" ? event.detail.target.dataset.tab : "";
  });
  document.addEventListener("htmx:afterSwap", () => {
    const workspace = document.getElementById("workspace");
    if (shown && workspace && !workspace.querySelector(".conflict")) show(workspace, shown);
    shown = "";
  });
})();
