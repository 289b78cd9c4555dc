/* Keys: a letter for each control on the page, ⌘↵ or Ctrl+Enter to send the current form, Escape to close. */
(() => {
  "use strict";
  const SETTLED = 500; // milliseconds during which a new page ignores keys that send something
  const shownAt = performance.now();
  const keysOff = () => localStorage.getItem("rd-keys") === "off";
  let goUntil = 0;

  /* While a request runs, keys do nothing, because they were meant for what was shown before it. */
  const underWay = () => rd.leaving || rd.inFlight > 0 || Boolean(rd.undoing?.());
  const open = (part) => rd.isVisible(part) && rd.$$("input, textarea, select", part).some((f) => f.type !== "hidden");
  const panelOpen = () => document.querySelector("dialog[open]") !== null || rd.$$("details[open]").some(open);

  // --- Send the form that has the focus, with the submit button nearest to the focused element ---
  function buttonFor(element, form) {
    const buttons = [...form.elements].filter((each) => {
      const part = each.closest("details");
      const elsewhere = part && form.contains(part) && !part.contains(element);
      return each.type === "submit" && each.getAttribute("aria-hidden") !== "true" && !elsewhere;
    });
    const best = (among) => among.find((each) => each.matches(".btn-primary")) ?? among[0];
    for (let part = element; part && part !== form; part = part.parentElement) {
      const inside = buttons.filter((each) => part.contains(each));
      if (inside.length) return best(inside);
    }
    return best(buttons);
  }

  function send(element) {
    const form = rd.formOf(element);
    if (form) {
      const button = buttonFor(element, form);
      if (button) button.click();
      else form.requestSubmit();
      return true;
    }
    if (panelOpen()) return false;
    const button = document.querySelector("#main .btn-primary");
    button?.click();
    return Boolean(button);
  }

  function escape() {
    const active = document.activeElement;
    const inside = active?.closest("details.drop[open], details[open]:has(> summary[data-key])");
    const panel = inside ?? document.querySelector("details.drop[open]");
    if (panel) {
      panel.open = false;
      panel.querySelector("summary").focus();
    } else if (document.querySelector(".rd-side:target, .ctx:target")) {
      location.hash = "main";
    } else if (rd.typing(active)) {
      active.blur();
    }
  }

  function goalOf(key) {
    const among = (name) => rd.$$(`[data-${name}="${CSS.escape(key)}"]`).find(rd.isVisible);
    const going = Date.now() < goUntil ? among("go") : null;
    goUntil = key === "g" ? Date.now() + 1200 : 0;
    return going ?? among("key");
  }

  function act(goal) {
    if (goal.dataset.focus) return rd.goTo(document.getElementById(goal.dataset.focus));
    if (goal.matches("input, textarea, select")) return goal.focus();
    if (!goal.matches("summary")) return goal.click();
    goal.parentElement.open = true;
    const field = rd.$$("input, textarea, select", goal.parentElement).find(rd.isVisible);
    (field ?? goal.parentElement.querySelector("a, button") ?? goal).focus();
  }

  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.isComposing) return;
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      if (event.repeat || underWay() || send(document.activeElement)) event.preventDefault();
      return;
    }
    if (event.key === "Escape") return escape();
    if (event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
    if (rd.typing(document.activeElement) || keysOff() || underWay() || panelOpen()) return;
    const goal = goalOf(event.key.toLowerCase());
    if (!goal) return;
    event.preventDefault();
    const sends = rd.formOf(goal)?.method === "post" && goal.matches("button");
    if (sends && performance.now() - shownAt < SETTLED) return;
    act(goal);
  });

  for (const box of rd.$$("[data-pref=keys]")) {
    box.checked = !keysOff();
    box.addEventListener("change", () => localStorage.setItem("rd-keys", box.checked ? "on" : "off"));
  }
})();
