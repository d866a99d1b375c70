// A key decides at once when there is a reason, and else asks for one.
"use strict";
(() => {
  const reason = document.getElementById("reason"), form = document.getElementById("decide");
  if (!reason || !form) return;
  reason.value = sessionStorage.getItem("reason") || "";
  form.addEventListener("submit", (event) => {
    if (!reason.value.trim()) { event.preventDefault(); delete form.dataset.sent; reason.focus(); reason.setAttribute("aria-invalid", "true"); return; }
    sessionStorage.setItem("reason", reason.value);
  });
})();
