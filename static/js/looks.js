/* Parts of a page that refresh themselves while the page is visible; and the scroll position of the timeline. */
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

  // When such a part is replaced, the scroll position in the timeline and the focus in the list stay.
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

  // --- The timeline opens at its end, and scrolls there again when the panel is replaced. ---
  function toStoryEnd(within = document) {
    const story = within.querySelector?.("#timeline");
    if (story) story.scrollTop = story.scrollHeight;
  }
  toStoryEnd();
  document.addEventListener("htmx:afterSettle", (event) => {
    if (!unasked(event)) toStoryEnd(event.detail.elt.parentNode ?? document);
  });
})();
