/* Errors of a form: the first wrong field gets the focus, the summary links to each one, and input clears its error. */
(() => {
  "use strict";
  const invalid = "[aria-invalid=true]";

  function show(within = document) {
    const field = rd.$$(invalid, within).find((each) => each.type !== "hidden");
    const summary = within.querySelector(".errsum");
    if (field) rd.goTo(field);
    else if (summary) rd.goTo(summary);
  }
  show();
  document.addEventListener("htmx:afterSettle", (event) => {
    const asked = ["click", "submit"].includes(event.detail.requestConfig?.triggeringEvent?.type);
    if (asked) show(event.detail.elt.parentNode ?? document);
  });

  function fieldNamed(name, from) {
    const form = rd.formOf(from) ?? document;
    const among = rd.$$(`[name="${CSS.escape(name)}"]`, form);
    return among.find((each) => each.matches(invalid)) ?? among.find((each) => each.type !== "hidden");
  }

  document.addEventListener("click", (event) => {
    const link = event.target.closest(".errsum a");
    const field = link && fieldNamed(link.closest("[data-field]").dataset.field, link);
    if (!field) return;
    event.preventDefault();
    rd.goTo(field);
  });

  function clear(event) {
    const field = event.target;
    if (event.detail?.restored || !rd.isField(field)) return;
    const around = field.closest(".fld, fieldset");
    const was = around?.querySelector(".errs") ?? document.getElementById(`${field.id}_errors`);
    const wrong = field.matches(invalid) || around?.querySelector(`${invalid}, .is-invalid`);
    if (!was && !wrong) return;
    was?.remove();
    for (const each of [field, ...(around ? rd.$$(`${invalid}, .is-invalid`, around) : [])]) {
      each.removeAttribute("aria-invalid");
      each.classList.remove("is-invalid");
    }
    const form = rd.formOf(field);
    const summary = form?.querySelector(".errsum") ?? form?.parentElement?.querySelector(".errsum");
    summary?.querySelector(`[data-field="${CSS.escape(field.name)}"]`)?.remove();
    if (summary && !summary.querySelector("[data-field]")) summary.remove();
  }
  document.addEventListener("input", clear);
  document.addEventListener("change", clear);
})();
