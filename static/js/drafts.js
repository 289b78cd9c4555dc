/* Drafts: input that is not yet sent is kept on this device and restored when its form is shown again.

   There is one draft for each person, address (it contains the complaint's number) and form. It is deleted when
   the server has accepted the form, when the person signs out, or after a week. Passwords, files and hidden fields
   are never kept. Customers have no account, so their drafts last only as long as the tab. */
(() => {
  "use strict";
  const DAYS = 7;
  const PREFIX = "rd-draft:";
  const store = rd.user ? localStorage : sessionStorage;
  const mine = `${PREFIX}${rd.user || "customer"}:`;
  const keepable = (field) =>
    field.name && !field.disabled && !["hidden", "password", "file", "submit", "button", "reset"].includes(field.type);
  const fieldsOf = (form) => [...form.elements].filter(keepable);
  const kept = (form) =>
    form.method === "post" &&
    form.dataset.draft !== "off" &&
    !form.querySelector("[type=password]") &&
    fieldsOf(form).length > 0;
  const forms = () => [...document.forms].filter(kept);
  const touched = new WeakSet();
  const brought = new WeakSet();

  function keyOf(form) {
    const address = new URL(form.getAttribute("action") || location.pathname, location.href).pathname;
    return `${mine}${address}|${form.dataset.draft ?? fieldsOf(form)[0].name}`;
  }

  function read(key) {
    try {
      return JSON.parse(store.getItem(key));
    } catch {
      return null;
    }
  }

  function write(key, draft) {
    try {
      store.setItem(key, JSON.stringify(draft));
    } catch {
      /* The browser does not allow storing. That is no error: the page still has the text. */
    }
  }

  // --- The values of a form by name: with `now` the current ones, otherwise those the page was loaded with ---
  function valuesOf(form, now) {
    const values = {};
    for (const field of fieldsOf(form)) {
      values[field.name] ??= [];
      if (["checkbox", "radio"].includes(field.type)) {
        if (now ? field.checked : field.defaultChecked) values[field.name].push(field.value);
      } else if (field.tagName === "SELECT") {
        values[field.name].push(...chosenIn(field, now));
      } else values[field.name].push(now ? field.value : field.defaultValue);
    }
    return values;
  }

  function chosenIn(select, now) {
    const chosen = [...select.options].filter((option) => (now ? option.selected : option.defaultSelected));
    if (!now && !chosen.length && !select.multiple && select.options.length) return [select.options[0].value];
    return chosen.map((option) => option.value);
  }

  const same = (a, b) => JSON.stringify(a) === JSON.stringify(b);

  function changedIn(form) {
    const now = valuesOf(form, true);
    const first = valuesOf(form, false);
    return Object.fromEntries(Object.entries(now).filter(([name, value]) => !same(value, first[name])));
  }

  function save(form) {
    if (!kept(form)) return;
    const key = keyOf(form);
    const earlier = read(key);
    const values = changedIn(form);
    const now = valuesOf(form, true);
    // A refused form comes back with the input as its initial values. Keep these in the draft, or a reload loses them.
    for (const name of Object.keys(earlier?.values ?? {})) if (name in now) values[name] = now[name];
    if (Object.keys(values).length) write(key, { at: Date.now(), once: form.elements.once?.value, values });
  }

  function forget(form) {
    if (!kept(form)) return;
    touched.delete(form);
    clearTimeout(timers.get(form));
    store.removeItem(keyOf(form));
    form.querySelector(":scope .draft-note")?.remove();
  }

  // --- Restore a draft ---
  function put(form, values) {
    let put = false;
    for (const [name, wanted] of Object.entries(values)) {
      if (same(valuesOf(form, true)[name], wanted)) continue;
      const fields = fieldsOf(form).filter((field) => field.name === name);
      for (const [index, field] of fields.entries()) putOne(field, wanted, index);
      if (!fields.length) continue;
      put = true;
      for (const type of ["input", "change"]) {
        fields[0].dispatchEvent(new CustomEvent(type, { bubbles: true, detail: { restored: true } }));
      }
    }
    return put;
  }

  function putOne(field, wanted, index) {
    if (["checkbox", "radio"].includes(field.type)) field.checked = wanted.includes(field.value);
    else if (field.tagName === "SELECT") {
      for (const option of field.options) option.selected = wanted.includes(option.value);
    } else if (wanted[index] !== undefined) field.value = wanted[index];
  }

  function restore(form) {
    const draft = read(keyOf(form));
    if (!draft || !put(form, draft.values)) return;
    note(form, draft.at);
    for (const name of Object.keys(draft.values)) {
      const field = fieldsOf(form).find((each) => each.name === name);
      if (!field) continue;
      for (
        let part = field.closest("details");
        part && form.contains(part);
        part = part.parentElement.closest("details")
      ) {
        part.open = true;
      }
    }
    const shown = form.closest("[data-shown-by]");
    if (shown && "body" in draft.values) document.getElementById(shown.dataset.shownBy).checked = true;
    const closed = form.closest("details:not([open])")?.querySelector("summary");
    closed?.classList.add("has-draft");
    if (closed) closed.title = rd.words.draftInside;
  }

  function note(form, at) {
    if (form.querySelector(".draft-note")) return;
    const line = document.createElement("p");
    line.className = "draft-note";
    line.setAttribute("role", "status");
    const time = new Date(at).toLocaleString(document.documentElement.lang, {
      month: "short",
      day: "numeric",
      hour: "2-digit",
      minute: "2-digit",
    });
    line.append(`${rd.fill(rd.words.draftBack, { time })} `);
    const button = document.createElement("button");
    button.type = "button";
    button.className = "linklike";
    button.textContent = rd.words.draftDrop;
    button.addEventListener("click", () => drop(form));
    line.append(button);
    const place = form.querySelector("[data-draft-note]");
    if (place) place.append(line);
    else (rowOfButton(form) ?? form.lastElementChild).before(line);
  }

  /* Return the direct child of the form that contains its submit button. */
  function rowOfButton(form) {
    let row = [...form.elements].findLast((each) => each.type === "submit" && form.contains(each));
    while (row && row.parentElement !== form) row = row.parentElement;
    return row;
  }

  function drop(form) {
    forget(form);
    form.reset();
    const first = fieldsOf(form).find(rd.isVisible);
    first?.focus();
  }

  // --- When drafts are deleted, restored and saved ---
  function takenForms() {
    const once = rd.cookie("rd-sent");
    if (!once) return;
    document.cookie = "rd-sent=; Max-Age=0; path=/; SameSite=Lax";
    for (const key of keys()) if (read(key)?.once === once) store.removeItem(key);
  }
  const keys = () => Object.keys(store).filter((key) => key.startsWith(PREFIX));

  function restoreNew() {
    for (const form of forms()) {
      if (brought.has(form)) continue;
      brought.add(form);
      restore(form);
    }
  }

  const timers = new WeakMap();
  document.addEventListener("input", (event) => {
    const form = rd.formOf(event.target);
    if (!form || event.detail?.restored) return;
    touched.add(form);
    clearTimeout(timers.get(form));
    timers.set(
      form,
      setTimeout(() => save(form), 250),
    );
  });
  document.addEventListener("change", (event) => {
    const form = rd.formOf(event.target);
    if (form && !event.detail?.restored) save(form);
  });
  document.addEventListener("htmx:afterSettle", (event) => {
    restoreNew();
    // Fields that arrived only now, such as the list of customers found, get their value from the draft too.
    const form = event.detail.elt.closest?.("form");
    const draft = form && !touched.has(form) && kept(form) ? read(keyOf(form)) : null;
    if (draft) put(form, draft.values);
  });
  window.addEventListener("pagehide", () => {
    if (signingOut) for (const key of keys()) store.removeItem(key);
    else saveAll();
  });
  function saveAll() {
    for (const form of forms()) if (touched.has(form)) save(form);
  }

  /* The same form was sent in another tab: clear it here, so that it is not sent again by mistake. */
  window.addEventListener("storage", (event) => {
    if (!event.key?.startsWith(mine) || event.newValue !== null || !event.oldValue) return;
    const gone = JSON.parse(event.oldValue);
    for (const form of forms()) {
      if (keyOf(form) !== event.key || touched.has(form)) continue;
      const now = valuesOf(form, true);
      if (Object.entries(gone.values).every(([name, value]) => same(now[name], value))) {
        form.reset();
        form.querySelector(".draft-note")?.remove();
      }
    }
  });

  // --- Ask before the page is left with unsent input ---
  let signingOut = false;
  let going = null;
  const unsent = () =>
    forms().some((form) => touched.has(form) && form !== going && Object.keys(changedIn(form)).length > 0);
  window.addEventListener("beforeunload", (event) => {
    if (!rd.leaving && unsent()) event.preventDefault();
  });
  function leaveWith(form) {
    going = form;
    signingOut = "signsOut" in form.dataset;
    // Only signing out asks about unsent input in other forms, because it deletes their drafts.
    rd.leaving = !signingOut;
    if (signingOut) setTimeout(() => rd.release(form));
  }
  for (const name of ["pointerdown", "keydown"]) {
    document.addEventListener(name, () => {
      signingOut = false;
    });
  }
  /* Do not count this form as unsent when the page is left, because it is being sent. */
  function except(form) {
    going = form;
  }

  rd.drafts = { save, saveAll, forget, leaveWith, except };
  for (const key of keys()) if ((read(key)?.at ?? 0) < Date.now() - DAYS * 86400000) store.removeItem(key);
  takenForms();
  // After a reload or going back, the browser itself would restore input that has already been sent.
  if (performance.getEntriesByType("navigation")[0]?.type !== "navigate") for (const form of forms()) form.reset();
  // Wait until htmx listens, so that restored input starts the same look-ups as typed input.
  document.addEventListener("DOMContentLoaded", restoreNew);
})();
