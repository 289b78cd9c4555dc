/* A ready-made reason is copied into its field, where it can be changed before it is sent. */
(() => {
  "use strict";
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-put]");
    const field = button?.closest("form")?.elements[button.dataset.put];
    if (!field) return;
    field.value = button.value;
    field.focus();
  });
})();
