// Sorting cards with a pointer, and small comforts for everybody. The page does all of it without this file too.
(() => {
  "use strict";
  const byId = (id) => document.getElementById(id);
  const page = () => byId("sorting"), form = () => byId("sort-form");
  if (!page()) return;
  const cards = () => [...document.querySelectorAll(".tl-sort__card")];
  const box = (card) => card.querySelector("[name=cards]"), words = (card) => card.querySelector("label").textContent;
  const ticked = () => cards().filter((card) => box(card).checked);
  const say = (text) => { byId("sorted").textContent = text; };
  let given = "";  // what this page wrote into the new words by itself: only that may it replace

  const start = (card) => { const text = byId("sort-text");
    if (text.value !== given && text.value.trim()) return;
    text.value = given = card ? words(card) : "";
    if (card) byId("sort-kind").value = card.dataset.kind; };
  const count = () => { const n = ticked().length, line = byId("count");
    if (line) { line.hidden = n === 0; line.textContent = `${n} ${page().dataset.ticked}`; } };
  const filter = () => { const find = byId("find").value.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    cards().forEach((card) => { const text = words(card).toLowerCase(); card.hidden = !box(card).checked && !find.every((w) => text.includes(w)); shown += card.hidden ? 0 : 1; });
    byId("shown").textContent = `(${shown})`; return shown; };
  const tick = (names) => { const first = ticked().length === 0; names.forEach((name) => { const it = byId(`c-${name}`); if (it) { it.checked = true; it.closest("li").hidden = false; } });
    if (first) start(ticked()[0]); count(); };

  let slow = null;
  document.addEventListener("input", (e) => { if (e.target.id !== "find") return; const shown = filter(); clearTimeout(slow); slow = setTimeout(() => say(`${shown} ${page().dataset.shown}`), 700); });
  document.addEventListener("change", (e) => { if (e.target.name !== "cards") return;
    const now = ticked(); if (now.length <= 1) start(now[0]); count(); });
  document.addEventListener("click", (e) => { const button = e.target.closest("button[name=tick]"); if (!button) return;
    e.preventDefault(); tick(button.value.trim().split(/\s+/)); say(`${ticked().length} ${page().dataset.ticked}. ${page().dataset.check}`); byId("sort-text").focus(); });

  // Dragging one card on another ticks both and, when nothing else is ticked or written, presses the same button.
  let held = null;
  const over = (e) => { const card = e.target.closest && e.target.closest(".tl-sort__card"); return card && card !== held ? card : null; };
  const mark = (card) => cards().forEach((c) => c.classList.toggle("tl-sort__card--over", c === card));
  document.addEventListener("dragstart", (e) => { held = e.target.closest && e.target.closest(".tl-sort__card");
    if (held) { e.dataTransfer.effectAllowed = "move"; e.dataTransfer.setData("text/plain", box(held).value); } });
  document.addEventListener("dragover", (e) => { const card = held && over(e); mark(card); if (card) e.preventDefault(); });
  document.addEventListener("dragend", () => { held = null; mark(null); });
  document.addEventListener("drop", (e) => { const card = held && over(e); if (!card) return; e.preventDefault(); mark(null);
    const alone = ticked().every((c) => c === held || c === card), mine = byId("sort-text").value;
    if (mine === given || !mine.trim()) start(card);
    tick([box(card).value, box(held).value]);
    const button = byId("merge-these");
    if (alone && byId("sort-text").value === given && button) { button.click(); return; }
    say(`${ticked().length} ${page().dataset.ticked}. ${page().dataset.check}`); byId("sort-text").focus(); });

  const ready = () => { if (!form()) return;
    const first = ticked()[0]; given = first && byId("sort-text").value === words(first) ? byId("sort-text").value : "";
    const hint = document.querySelector(".tl-sort__drag"); if (hint && byId("merge-these") && matchMedia("(pointer: fine)").matches) { hint.hidden = false; cards().forEach((card) => { card.draggable = true; }); }
    count(); if (byId("find").value) filter(); };
  const told = () => { const what = byId("done-h"); if (what) setTimeout(() => say(what.textContent), 100); };
  document.body.addEventListener("htmx:afterSettle", (e) => { if (e.detail.elt.id !== "sorting") return; ready(); told();
    const at = document.querySelector("#sorting [autofocus]"); if (at) at.focus(); });
  ready(); told();
})();
