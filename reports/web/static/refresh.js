// Today refreshes itself: the page's own fragment, every ten seconds, until it is paused. Without this file the page has
// its link "refresh". Alerts alone are a live region: a screen reader hears those that are new, and no figures.
(function () {
  "use strict";
  var board = document.getElementById("board");
  var button = document.getElementById("pause");
  if (!board || !button) return;
  var alerts = document.getElementById("alerts");
  var paused = false;

  function refresh() {
    if (paused || document.hidden) return;
    fetch(board.dataset.fragment, { credentials: "same-origin", redirect: "error" })
      .then(function (answer) {
        if (!answer.ok) throw new Error(String(answer.status));
        return answer.text();
      })
      .then(function (text) {
        if (paused) return;
        var fresh = new DOMParser().parseFromString(text, "text/html");
        board.replaceChildren.apply(board, Array.from(fresh.getElementById("fresh-board").childNodes));
        var told = fresh.getElementById("fresh-alerts");
        if (told.innerHTML !== alerts.innerHTML) alerts.innerHTML = told.innerHTML;
        document.documentElement.classList.remove("stale");
        document.getElementById("lost").hidden = true;
      })
      .catch(function () {
        document.getElementById("lost").hidden = false;
      });
  }

  button.hidden = false;
  button.addEventListener("click", function () {
    paused = !paused;
    button.setAttribute("aria-pressed", String(paused));
    refresh();
  });
  setInterval(refresh, 10000);
})();
