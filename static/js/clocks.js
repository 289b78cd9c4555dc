/* Clocks: the server sends when each is due; this script only counts down and never re-sorts the list. */
(() => {
  "use strict";
  const serverNow = Date.parse(document.body.dataset.now ?? "");
  const skew = Number.isNaN(serverNow) ? 0 : serverNow - Date.now();
  const RING = 31.4;

  function duration(milliseconds) {
    const late = milliseconds < 0;
    const minutes = late ? Math.ceil(-milliseconds / 60000) : Math.floor(milliseconds / 60000);
    const parts = { days: Math.floor(minutes / 1440), hours: Math.floor((minutes % 1440) / 60), minutes: minutes % 60 };
    let pattern = rd.words.minutes ?? "{minutes}m";
    if (parts.days) pattern = rd.words.days ?? "{days}d {hours}h";
    else if (parts.hours) {
      pattern = rd.words.hours ?? "{hours}h {minutes}m";
      parts.minutes = String(parts.minutes).padStart(2, "0");
    }
    return (late ? "−" : "") + rd.fill(pattern, parts);
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
    chip.title = rd.words[state] ?? "";
    chip.querySelector(".sla-state").textContent = rd.words[state] ?? "";
  }

  function share(left, total) {
    return total > 0 ? Math.max(0.02, Math.min(1, left / total)) : 0.15;
  }

  function tickAll(within = document) {
    const now = Date.now() + skew;
    for (const chip of rd.$$(".sla[data-due]", within)) tick(chip, now);
  }
  setInterval(tickAll, 15000);
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) tickAll();
  });
  document.addEventListener("htmx:afterSettle", (event) => tickAll(event.detail.elt.parentNode ?? document));
})();
