// Keys and small conveniences. Everything works without this file, with a mouse; with it, without one.
"use strict";
(() => {
  const typing = (at) => at && (at.isContentEditable || /^(input|textarea|select)$/i.test(at.tagName) && at.type !== "checkbox");
  const PLACES = { q: "/candidates", t: "/today", r: "/reports", i: "/inbox", c: "/campaigns", p: "/packets", d: "/dashboard", l: "/audit", a: "/account" };
  let before = "";

  // A page may add its own keys: window.deskKeys.x = (event) => {...}
  window.deskKeys = window.deskKeys || {};

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (typing(event.target)) {
      if (event.key === "Escape") event.target.blur();
      return;
    }
    if (document.querySelector("dialog[open]")) return;
    const key = event.key;
    if (before === "g" && PLACES[key]) { before = ""; event.preventDefault(); location.assign(PLACES[key]); return; }
    before = key === "g" ? "g" : "";
    if (key === "?") { event.preventDefault(); document.getElementById("keys").showModal(); return; }
    if (key === "/") {
      const search = document.querySelector("input[type=search]");
      if (search) { event.preventDefault(); search.focus(); search.select(); }
      return;
    }
    const act = window.deskKeys[key];
    if (act) { act(event); return; }
    const named = document.querySelector(`[data-key="${CSS.escape(key)}"]`);
    if (named) { event.preventDefault(); named.click(); if (/^(input|textarea)$/i.test(named.tagName)) named.focus(); }
  });

  // A second click on a button that sends a form does nothing.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented) return;
    if (form.dataset.sent) { event.preventDefault(); return; }
    if (form.method === "dialog") return;
    form.dataset.sent = "yes";
    setTimeout(() => { delete form.dataset.sent; }, 4000);
  });
  window.addEventListener("pageshow", () => document.querySelectorAll("form[data-sent]").forEach((form) => { delete form.dataset.sent; }));

  document.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-opens]");
    if (opener) { event.preventDefault(); document.getElementById(opener.dataset.opens).showModal(); }
  });

  // What is wider than its place can be moved with the keyboard too.
  const reachable = () => document.querySelectorAll(".scroll").forEach((box) => {
    if (box.scrollWidth > box.clientWidth) { box.tabIndex = 0; box.setAttribute("role", "region"); box.setAttribute("aria-label", "Wide content"); }
  });
  reachable();
  addEventListener("resize", reachable);
  document.addEventListener("toggle", reachable, true);
  document.addEventListener("htmx:after:swap", reachable);
})();
