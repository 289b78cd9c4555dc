/* Small controls: menus that close, buttons that fill fields. */
(() => {
  "use strict";
  function set(field, value) {
    field.value = value;
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }

  document.addEventListener("click", (event) => {
    for (const open of rd.$$("details.drop[open]")) if (!open.contains(event.target)) open.open = false;

    // data-fill holds the values by the name of the field: {"username": "agent"}.
    const filler = event.target.closest("[data-fill]");
    if (filler) {
      const form = rd.formOf(filler) ?? document;
      for (const [name, value] of Object.entries(JSON.parse(filler.dataset.fill))) {
        const field = form.querySelector(`[name="${CSS.escape(name)}"]`);
        if (field) set(field, value);
      }
      if (form === document) document.querySelector("main .btn-primary")?.focus();
    }

    // A ready-made reason is copied into its field, where it can be changed before it is sent.
    const ready = event.target.closest("[data-put]");
    const field = rd.formOf(ready)?.elements[ready.dataset.put];
    if (field) {
      set(field, ready.value);
      field.focus();
    }
  });
})();
