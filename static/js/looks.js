/* Parts that ask the server again by themselves, while somebody looks at the page; and the place in the story. */
(() => {
  "use strict";
  const LOOK_EVERY = 10000;
  let lookedAt = Date.now();
  function look() {
    if (document.hidden || Date.now() - lookedAt < LOOK_EVERY) return;
    lookedAt = Date.now();
    for (const element of rd.$$("[data-looks]")) {
      const around = element.closest("#queue");
      const choosingFilter = around?.contains(document.activeElement) && rd.typing(document.activeElement);
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
})();
