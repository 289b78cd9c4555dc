/* What all scripts of a page share, under the name `rd`. The server puts translated texts into #rd-words. */
window.rd = (() => {
  "use strict";
  const words = document.getElementById("rd-words")?.dataset ?? {};
  const $$ = (selector, within = document) => [...within.querySelectorAll(selector)];
  const rd = { words, $$, user: document.body.dataset.user ?? "", leaving: false, inFlight: 0 };

  /* Fill the placeholders of a text: fill("Undo ({n} s)", {n: 8}). */
  rd.fill = (pattern, values) => (pattern ?? "").replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);

  rd.isField = (element) =>
    Boolean(
      element?.matches?.("input:not([type=hidden]), textarea, select, [contenteditable]:not([contenteditable=false])"),
    );

  /* Return true if the element takes input, so that single letters belong to it and are no shortcuts. */
  rd.typing = (element) => rd.isField(element) && !element.matches("[type=button], [type=submit], [type=reset]");

  rd.isVisible = (element) => element.getClientRects().length > 0;

  rd.formOf = (element) => element?.form ?? element?.closest?.("form") ?? null;

  rd.cookie = (name) => {
    const found = document.cookie.split("; ").find((part) => part.startsWith(`${name}=`));
    return found ? decodeURIComponent(found.slice(name.length + 1)) : "";
  };

  rd.newKey = () =>
    [...crypto.getRandomValues(new Uint8Array(16))].map((n) => n.toString(16).padStart(2, "0")).join("");

  /* Open every closed part around an element, so that it can be seen and focused. */
  rd.reveal = (element) => {
    for (let part = element.closest("details"); part; part = part.parentElement?.closest("details")) part.open = true;
    const composer = element.closest("[data-shown-by]");
    if (composer) document.getElementById(composer.dataset.shownBy)?.click();
  };

  rd.goTo = (element) => {
    rd.reveal(element);
    element.focus({ preventScroll: true });
    element.scrollIntoView({ block: "center" });
  };

  const notice = document.getElementById("rd-notice");

  /* Show a message above the page, which screen readers read at once. With `again` it has a button that calls
     `again`; by default the button says "Try again". */
  rd.say = (text, again, label = rd.words.tryAgain) => {
    if (!notice) return;
    notice.querySelector("[data-text]").textContent = text;
    const button = notice.querySelector("button");
    button.hidden = !again;
    button.textContent = label;
    button.onclick = () => {
      rd.hush();
      again();
    };
    notice.hidden = false;
    notice.scrollIntoView({ block: "nearest" });
  };
  rd.hush = () => {
    if (notice) notice.hidden = true;
  };
  return rd;
})();
