/* Behaviour that all pages share. Its texts come translated from the server, in #rd-words. */
(() => {
  "use strict";
  const words = document.getElementById("rd-words")?.dataset ?? {};
  const $$ = (selector, within = document) => within.querySelectorAll(selector);
  const typing = (element) =>
    Boolean(element?.closest("input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable]"));

  // --- Clocks: the server sends when each is due, this only counts down. It never sorts the list anew. ---
  const serverNow = Date.parse(document.body.dataset.now ?? "");
  const skew = Number.isNaN(serverNow) ? 0 : serverNow - Date.now();
  const RING = 31.4;

  function duration(milliseconds) {
    const late = milliseconds < 0;
    const minutes = late ? Math.ceil(-milliseconds / 60000) : Math.floor(milliseconds / 60000);
    const parts = { days: Math.floor(minutes / 1440), hours: Math.floor((minutes % 1440) / 60), minutes: minutes % 60 };
    let pattern = words.minutes ?? "{minutes}m";
    if (parts.days) pattern = words.days ?? "{days}d {hours}h";
    else if (parts.hours) {
      pattern = words.hours ?? "{hours}h {minutes}m";
      parts.minutes = String(parts.minutes).padStart(2, "0");
    }
    return (late ? "−" : "") + pattern.replace(/\{(\w+)\}/g, (whole, name) => parts[name] ?? whole);
  }

  function tick(chip, now) {
    const due = Date.parse(chip.dataset.due);
    if (Number.isNaN(due)) return;
    const left = due - now;
    const total = due - Date.parse(chip.dataset.started ?? "");
    const state = left <= 0 ? "late" : left < 3600000 || left < total / 4 ? "soon" : "ok";
    const text = chip.querySelector(".sla-t");
    const value = duration(left);
    if (text.textContent !== value) text.textContent = value;
    chip.querySelector(".r1")?.setAttribute("stroke-dasharray", `${share(left, total) * RING} ${RING}`);
    if (chip.classList.contains(state)) return;
    chip.classList.remove("ok", "soon", "late");
    chip.classList.add(state);
    chip.title = words[state] ?? "";
    chip.querySelector(".sla-state").textContent = words[state] ?? "";
  }

  function share(left, total) {
    return total > 0 ? Math.max(0.02, Math.min(1, left / total)) : 0.15;
  }

  function tickAll(within = document) {
    const now = Date.now() + skew;
    for (const chip of $$(".sla[data-due]", within)) tick(chip, now);
  }
  setInterval(tickAll, 15000);
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) tickAll();
  });

  // --- htmx: mark the pressed button as busy, focus the new panel's heading, say when the server does not answer ---
  const buttonOf = (event) => {
    const source = event.detail.requestConfig?.triggeringEvent?.submitter ?? event.detail.elt;
    return source?.closest?.("button, a.btn");
  };
  document.addEventListener("htmx:beforeRequest", (event) => buttonOf(event)?.setAttribute("aria-busy", "true"));
  document.addEventListener("htmx:afterRequest", (event) => buttonOf(event)?.removeAttribute("aria-busy"));

  document.addEventListener("htmx:afterSettle", (event) => {
    tickAll(event.detail.elt.parentNode ?? document);
    const { elt: panel, target, requestConfig } = event.detail;
    const mine = target && (panel.id === target.id || target.contains(panel));
    const asked = ["click", "submit"].includes(requestConfig?.triggeringEvent?.type);
    if (mine && asked && !typing(document.activeElement)) focusPanel(panel);
  });

  function focusPanel(panel) {
    const invalid = panel.querySelector("[aria-invalid=true]");
    if (invalid) return invalid.focus();
    const heading = panel.matches("[data-heading]") ? panel : panel.querySelector("[data-heading], h1, h2");
    const active = document.activeElement;
    const elsewhere = active !== document.body && !panel.contains(active);
    if (!heading || (elsewhere && !heading.hasAttribute("data-heading"))) return;
    heading.tabIndex = -1;
    heading.focus({ preventScroll: true });
  }

  for (const name of ["htmx:sendError", "htmx:timeout", "htmx:responseError"]) {
    document.addEventListener(name, (event) => {
      const { elt, xhr } = event.detail;
      // Nobody asked for this request: the element looks again soon, unless it has left the reader's view.
      if (elt?.matches?.("[data-looks]")) {
        if (xhr?.status === 404) elt.removeAttribute("data-looks");
        return;
      }
      const notice = document.getElementById("rd-offline");
      if (notice) notice.hidden = false;
    });
  }
  document.addEventListener("htmx:beforeSwap", () => {
    const notice = document.getElementById("rd-offline");
    if (notice) notice.hidden = true;
  });

  // --- Parts that ask the server again by themselves, while somebody looks at the page ---
  const LOOK_EVERY = 10000;
  let lookedAt = Date.now();
  function look() {
    if (document.hidden || Date.now() - lookedAt < LOOK_EVERY) return;
    lookedAt = Date.now();
    for (const element of $$("[data-looks]")) {
      const around = element.closest("#queue");
      const choosingFilter = around?.contains(document.activeElement) && typing(document.activeElement);
      if (choosingFilter) continue;
      element.dispatchEvent(new CustomEvent("rd:look"));
    }
  }
  setInterval(look, 1000);
  document.addEventListener("visibilitychange", look);

  // When such a part is replaced, the reader keeps the place in the story and the focus in the list.
  const unasked = (event) => Boolean(event.detail.requestConfig?.elt?.matches?.("[data-looks]"));
  let place = null;
  let focused = null;
  document.addEventListener("htmx:beforeSwap", (event) => {
    if (!unasked(event)) return;
    const story = document.getElementById("timeline");
    const atEnd = story && story.scrollHeight - story.scrollTop - story.clientHeight < 40;
    place = story && !atEnd ? story.scrollTop : null;
    focused = document.activeElement?.closest?.("#queue a")?.getAttribute("href") ?? null;
  });
  document.addEventListener("htmx:afterSettle", (event) => {
    if (!unasked(event)) return;
    const story = document.getElementById("timeline");
    if (story) story.scrollTop = place ?? story.scrollHeight;
    if (focused) document.querySelector(`#queue a[href="${CSS.escape(focused)}"]`)?.focus({ preventScroll: true });
  });

  // --- The story opens at its end, and goes there again when the panel is replaced. ---
  function toStoryEnd(within = document) {
    const story = within.querySelector?.("#timeline");
    if (story) story.scrollTop = story.scrollHeight;
  }
  toStoryEnd();
  document.addEventListener("htmx:afterSettle", (event) => {
    if (!unasked(event)) toStoryEnd(event.detail.elt.parentNode ?? document);
  });

  // --- Keyboard ---
  const keysOff = () => localStorage.getItem("rd-keys") === "off";
  let goUntil = 0;

  function pressPrimary(from) {
    const scope = from?.closest("form") ?? document.getElementById("main");
    const button = scope?.querySelector(".btn-primary") ?? scope?.querySelector("button[type=submit]");
    button?.click();
    return Boolean(button);
  }

  function escape() {
    const open = document.activeElement?.closest("details.drop[open]") ?? document.querySelector("details.drop[open]");
    if (open) {
      open.open = false;
      open.querySelector("summary").focus();
    } else if (document.querySelector(".rd-side:target, .ctx:target")) {
      location.hash = "main";
    } else if (typing(document.activeElement)) {
      document.activeElement.blur();
    }
  }

  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.isComposing) return;
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      if (pressPrimary(document.activeElement)) event.preventDefault();
      return;
    }
    if (event.key === "Escape") return escape();
    if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target) || keysOff()) return;
    const key = event.key.toLowerCase();
    let goal = null;
    if (Date.now() < goUntil) goal = document.querySelector(`[data-go="${CSS.escape(key)}"]`);
    goUntil = key === "g" ? Date.now() + 1200 : 0;
    goal ??= document.querySelector(`[data-key="${CSS.escape(key)}"]`);
    if (!goal) return;
    event.preventDefault();
    if (goal.matches("input, textarea, select")) goal.focus();
    else goal.click();
  });

  // --- Small controls ---
  document.addEventListener(
    "click",
    (event) => {
      if (!event.target.closest("[aria-disabled=true]")) return;
      event.preventDefault();
      event.stopImmediatePropagation();
    },
    true,
  );
  document.addEventListener("click", (event) => {
    for (const open of $$("details.drop[open]")) if (!open.contains(event.target)) open.open = false;
    const filler = event.target.closest("[data-fill]");
    if (filler) {
      for (const [name, value] of Object.entries(JSON.parse(filler.dataset.fill))) {
        const field = document.querySelector(`[name="${CSS.escape(name)}"]`);
        if (field) field.value = value;
      }
      document.querySelector("main .btn-primary")?.focus();
    }
    const tab = event.target.closest("[data-tab-for]");
    if (tab) {
      event.preventDefault();
      tab.closest(".ws").dataset.tab = tab.dataset.tabFor;
      for (const other of $$("[data-tab-for]", tab.parentNode))
        other.setAttribute("aria-selected", String(other === tab));
    }
  });
  for (const box of $$("[data-pref=keys]")) {
    box.checked = !keysOff();
    box.addEventListener("change", () => localStorage.setItem("rd-keys", box.checked ? "on" : "off"));
  }
})();
