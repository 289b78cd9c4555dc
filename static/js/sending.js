/* Sending a form: only once, its buttons are blocked meanwhile; if sending fails, a message offers to try again. */
(() => {
  "use strict";
  const posts = (form) => form?.method === "post";
  const submitters = (form) => [...form.elements].filter((each) => each.type === "submit");

  // --- Block the buttons while a form is sent, so that a second press does nothing ---
  function hold(form, pressed) {
    form.dataset.sending = "";
    for (const button of submitters(form)) {
      if (button.getAttribute("aria-disabled") === "true") continue;
      button.setAttribute("aria-disabled", "true");
      button.dataset.held = "";
    }
    pressed?.setAttribute("aria-busy", "true");
  }
  function release(form) {
    delete form.dataset.sending;
    for (const button of submitters(form)) {
      button.removeAttribute("aria-busy");
      if (!("held" in button.dataset)) continue;
      button.removeAttribute("aria-disabled");
      delete button.dataset.held;
    }
  }
  rd.hold = hold;
  rd.release = release;

  /* Use the CSRF token of the cookie, because somebody may have signed in again in another tab since. */
  rd.freshToken = (form) => {
    const token = rd.cookie("csrftoken");
    if (token && form.elements.csrfmiddlewaretoken) form.elements.csrfmiddlewaretoken.value = token;
  };

  document.addEventListener(
    "submit",
    (event) => {
      const form = event.target;
      if (!posts(form) || event.defaultPrevented) return;
      if ("sending" in form.dataset) return stop(event);
      rd.freshToken(form);
      rd.drafts?.save(form);
      if (!navigator.onLine) {
        stop(event);
        return notSent(() => form.requestSubmit(event.submitter));
      }
      hold(form, event.submitter);
      // Without htmx the page is left now. Input in the other forms is kept as a draft.
      if (!form.hasAttribute("hx-post")) rd.drafts?.leaveWith(form);
    },
    true,
  );

  function stop(event) {
    event.preventDefault();
    event.stopImmediatePropagation();
  }

  function notSent(again) {
    rd.say(rd.words.notSent, again);
  }

  // --- htmx ---
  const asked = (event) => ["click", "submit"].includes(event.detail.requestConfig?.triggeringEvent?.type);
  const pressedIn = (event) => {
    const source = event.detail.requestConfig?.triggeringEvent?.submitter ?? event.detail.elt;
    return source?.closest?.("button, a.btn");
  };
  document.addEventListener("htmx:configRequest", (event) => {
    const token = rd.cookie("csrftoken");
    if (!token) return;
    event.detail.headers["X-CSRFToken"] = token;
    if ("csrfmiddlewaretoken" in event.detail.parameters) event.detail.parameters.csrfmiddlewaretoken = token;
  });
  document.addEventListener("htmx:beforeRequest", (event) => {
    const button = pressedIn(event);
    if (event.detail.elt.matches?.("button") && button?.getAttribute("aria-busy") === "true") {
      return event.preventDefault();
    }
    if (!asked(event)) return;
    rd.inFlight += 1;
    event.detail.xhr.addEventListener("loadend", () => {
      rd.inFlight -= 1;
    });
    button?.setAttribute("aria-busy", "true");
    const form = rd.formOf(event.detail.elt);
    if (form && event.detail.requestConfig.verb === "post") rd.drafts?.saveAll();
  });
  document.addEventListener("htmx:beforeOnLoad", (event) => {
    const { elt, xhr } = event.detail;
    const form = rd.formOf(elt);
    const goal = xhr.getResponseHeader("HX-Redirect");
    if (xhr.status === 401 && !asked(event)) {
      // The page refreshed itself, and the user may be typing. So offer a button instead of leaving the page.
      event.preventDefault();
      const signIn = () => {
        rd.drafts?.saveAll();
        rd.leaving = true;
        location.assign(goal);
      };
      return rd.say(rd.words.ended, signIn, rd.words.signIn);
    }
    if (goal) rd.leaving = true;
    if (goal && xhr.status < 300 && elt === form) rd.drafts?.forget(form);
  });
  document.addEventListener("htmx:afterRequest", (event) => {
    pressedIn(event)?.removeAttribute("aria-busy");
    const { elt, xhr } = event.detail;
    const form = rd.formOf(elt);
    if (!form || !asked(event) || event.detail.requestConfig.verb !== "post") return;
    const answered = xhr && xhr.status >= 200 && xhr.status < 500;
    // An answer uses up the one-time key. Without an answer the form may have arrived, so a repeat keeps the key.
    if (answered && form.elements.once) form.elements.once.value = rd.newKey();
    if (!rd.leaving) release(form);
  });

  for (const name of ["htmx:sendError", "htmx:timeout", "htmx:responseError"]) {
    document.addEventListener(name, (event) => {
      const { elt, xhr, requestConfig } = event.detail;
      if (xhr?.status === 401) return;
      // The page refreshed itself: show no error. It tries again soon, unless the user may no longer see it (404).
      if (elt?.matches?.("[data-looks]")) {
        if (xhr?.status === 404) elt.removeAttribute("data-looks");
        return;
      }
      const pressed = requestConfig?.triggeringEvent?.submitter;
      const again = () => (elt.matches("form") ? elt.requestSubmit(pressed) : elt.click());
      const lost = name !== "htmx:responseError" && requestConfig?.verb === "post" && asked(event);
      rd.say(lost ? rd.words.notSent : rd.words.noAnswer, asked(event) ? again : null);
    });
  }
  document.addEventListener("htmx:beforeSwap", (event) => {
    if (!event.detail.elt?.matches?.("[data-looks]")) rd.hush();
  });

  // --- After going back, the browser may show the old page: reload it if a form was being sent then ---
  window.addEventListener("pageshow", (event) => {
    if (!event.persisted) return;
    if (document.querySelector("form[data-sending]")) return location.reload();
    rd.leaving = false;
  });

  // --- Blocked buttons ignore clicks ---
  document.addEventListener(
    "click",
    (event) => {
      if (event.target.closest?.("[aria-disabled=true]")) stop(event);
    },
    true,
  );
})();
