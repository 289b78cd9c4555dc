/* A decision can be undone for some seconds before it is sent. It is sent when the time is over, when the page is
   left, or at once by a button. Without this script the form is sent like any other. */
(() => {
  "use strict";
  let waiting = null;
  rd.undoing = () => waiting !== null;

  document.addEventListener(
    "submit",
    (event) => {
      const form = event.target;
      const button = event.submitter;
      if (!form.dataset.undo || "decided" in form.dataset || !button?.dataset.said) return;
      const needed = form.elements[button.dataset.needs];
      if (needed && !needed.value.trim()) return; // sent at once, so that the refusal shows at once
      event.preventDefault();
      event.stopImmediatePropagation();
      if (!waiting) wait(form, button);
    },
    true,
  );

  function wait(form, button) {
    rd.drafts?.save(form);
    rd.drafts?.except(form);
    form.inert = true;
    const until = Date.now() + Number(form.dataset.undo) * 1000;
    const bar = document.createElement("div");
    bar.className = "undo-bar";
    bar.setAttribute("role", "status");
    const undo = act(bar, "btn", takeBack);
    const now = act(bar, "btn btn-ghost", send);
    now.textContent = rd.words.sendNow;
    const text = document.createElement("b");
    text.textContent = button.dataset.said;
    bar.prepend(text);
    waiting = { form, button, bar, timer: setInterval(tick, 250) };
    tick();
    document.body.append(bar);
    undo.focus();

    function tick() {
      const left = Math.ceil((until - Date.now()) / 1000);
      if (left <= 0) return send();
      const label = rd.fill(rd.words.undo, { n: left });
      if (undo.textContent !== label) undo.textContent = label;
    }
  }

  function act(bar, classes, what) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = classes;
    button.addEventListener("click", what);
    bar.append(button);
    return button;
  }

  function end() {
    const ended = waiting;
    waiting = null;
    clearInterval(ended.timer);
    ended.bar.remove();
    ended.form.inert = false;
    return ended;
  }

  function takeBack() {
    const { button } = end();
    rd.drafts?.except(null);
    rd.goTo(button);
  }

  function send() {
    if (!waiting) return;
    const { form, button } = end();
    form.dataset.decided = "";
    form.requestSubmit(button);
  }

  window.addEventListener("pagehide", () => {
    if (!waiting) return;
    const { form, button } = end();
    form.dataset.decided = form.dataset.sending = "";
    rd.freshToken(form);
    const data = new FormData(form, button);
    data.set("left", "1"); // nobody sees the answer, so the next page shows a refusal
    const address = form.getAttribute("action");
    if (!navigator.sendBeacon(address, data)) fetch(address, { method: "POST", body: data, keepalive: true });
  });
})();
