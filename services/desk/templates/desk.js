/* Saves the draft while one types.  Everything works without it. */
(function () {
  "use strict";
  var form = document.querySelector("form[data-autosave]");
  var stamp = document.getElementById("saved");
  var timer = 0, sent = "", busy = false;
  if (!form || !stamp || !window.fetch || !window.URLSearchParams) { return; }

  function body() {
    var fields = new URLSearchParams(new FormData(form));
    fields.set("do", "autosave");
    return fields.toString();
  }
  function say(text) { stamp.textContent = text; }
  function later() { clearTimeout(timer); timer = setTimeout(save, 2500); }
  function save() {
    var now = body();
    if (busy) { later(); return; }
    if (now === sent) { return; }
    busy = true;
    fetch(form.action, {
      method: "POST", body: now, credentials: "same-origin", redirect: "error",
      headers: { "Content-Type": "application/x-www-form-urlencoded" }
    }).then(function (answer) {
      if (answer.status === 204) {
        sent = now;
        say("Draft saved a moment ago.");
      } else {
        say("The draft could not be saved. Please use the button.");
      }
    }).catch(function () {
      say("The draft could not be saved: no connection. It is tried again as you go on.");
    }).then(function () { busy = false; });
  }
  sent = body();
  form.addEventListener("input", function () { say("Not saved yet."); later(); });
  form.addEventListener("submit", function () { clearTimeout(timer); });
}());
