// The keys of the queue: j and k move, c, d, w decide with the reason at hand, u takes back.
"use strict";
(() => {
  const list = document.getElementById("queue");
  if (!list) return;
  const keys = window.deskKeys = window.deskKeys || {};
  const reason = document.getElementById("reason"), ask = document.getElementById("ask"), asked = document.getElementById("ask-text");
  const entries = () => [...list.querySelectorAll(".entry")];
  let current = null, last = null;

  const mark = (entry, scroll = true) => {
    if (!entry) return;
    if (current) current.classList.remove("current");
    current = entry;
    entry.classList.add("current");
    entry.focus({ preventScroll: true });
    if (scroll) entry.scrollIntoView({ block: "nearest" });
  };
  const step = (by) => {
    const all = entries(), at = all.indexOf(current);
    mark(all[Math.min(Math.max(at + by, 0), all.length - 1)] || all[0]);
  };

  const why = (then) => {
    if (reason.value.trim()) { then(reason.value.trim()); return; }
    ask.returnValue = "no";
    ask.showModal();
    asked.value = "";
    asked.focus();
    ask.addEventListener("close", () => {
      if (ask.returnValue === "go" && asked.value.trim()) { reason.value = asked.value.trim(); remember(); then(reason.value); }
    }, { once: true });
  };
  const remember = () => sessionStorage.setItem("reason", reason.value);

  const post = (entry, act, values) => {
    const id = entry.dataset.id;
    last = entry.id;
    document.getElementById("problem").replaceChildren();
    return htmx.ajax("POST", `/candidates/${id}/${act}`, { target: `#${entry.id}`, swap: "outerHTML", values });
  };
  const decide = (act) => {
    if (!current) { step(0); return; }
    const entry = current, following = entry.nextElementSibling;
    why((text) => post(entry, act, { reason: text, revision: entry.dataset.revision }).then(() => {
      if (following && following.classList.contains("entry")) mark(following);
    }));
  };

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-act]");
    if (!button || !list.contains(button)) return;
    event.preventDefault();
    mark(button.closest(".entry"), false);
    if (button.dataset.act === "act/undo") post(current, "act/undo", { revision: current.dataset.revision }); else decide(button.dataset.act);
  });
  list.addEventListener("change", () => {
    const many = document.querySelectorAll("input[name=id]:checked").length;
    document.getElementById("chosen").textContent = many ? `${many} chosen` : "";
  });
  list.addEventListener("focusin", (event) => {
    const entry = event.target.closest(".entry");
    if (entry && entry !== current) { if (current) current.classList.remove("current"); current = entry; entry.classList.add("current"); }
  });
  document.addEventListener("htmx:after:swap", () => {
    if (current && !document.contains(current)) { const again = document.getElementById(current.id); current = null; if (again && last !== again.id) mark(again, false); }
  });

  keys.j = keys.ArrowDown = (event) => { event.preventDefault(); step(1); };
  keys.k = keys.ArrowUp = (event) => { event.preventDefault(); step(-1); };
  keys.Enter = (event) => { if (event.target.closest("a, button, summary")) return; if (current) location.assign(`/candidates/${current.dataset.id}`); };
  if (reason) {
    reason.value = sessionStorage.getItem("reason") || reason.value;
    reason.addEventListener("change", remember);
    keys.c = (event) => { event.preventDefault(); decide("confirm"); };
    keys.d = (event) => { event.preventDefault(); decide("dismiss"); };
    keys.w = (event) => { event.preventDefault(); decide("watch"); };
    keys.m = () => { if (current) post(current, "act/claim", {}); };
    keys.u = () => { const entry = last && document.getElementById(last); if (entry) post(entry, "act/undo", { revision: entry.dataset.revision }).then(() => mark(document.getElementById(last))); };
    keys.x = () => { const box = current && current.querySelector("input[name=id]"); if (box) box.click(); };
    keys.o = () => { const fold = current && current.querySelector("details"); if (fold) fold.open = !fold.open; };
    keys.r = (event) => { event.preventDefault(); reason.focus(); reason.select(); };
    keys.n = (event) => {
      event.preventDefault();
      if (!current) return;
      const entry = current;
      ask.returnValue = "no"; ask.showModal(); asked.value = ""; asked.focus();
      ask.addEventListener("close", () => { if (ask.returnValue === "go" && asked.value.trim()) post(entry, "act/note", { text: asked.value.trim() }); }, { once: true });
    };
  }
})();
