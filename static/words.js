// Words with a meaning: a link to the glossary where there is no JavaScript, a small note beside the word where there is.
(() => {
  "use strict";
  const note = document.createElement("div"); note.id = "meaning"; note.className = "tl-meaning"; note.setAttribute("role", "status"); document.body.append(note);
  let asked = null;
  const hush = () => { if (asked) { note.replaceChildren(); asked = null; } };
  const meaning = (link) => { hush(); asked = link;
    const word = document.createElement("strong"), text = document.createElement("span"), at = link.getBoundingClientRect(), wide = document.documentElement.clientWidth;
    word.textContent = link.textContent.trim(); text.textContent = link.title; note.replaceChildren(word, text);
    const left = Math.max(10, Math.min(at.left, wide - note.offsetWidth - 10)), onto = at.bottom + note.offsetHeight + 12 > innerHeight && at.top > note.offsetHeight + 12;
    note.style.left = `${left + scrollX}px`; note.style.top = `${(onto ? at.top - note.offsetHeight - 6 : at.bottom + 6) + scrollY}px`; };
  document.addEventListener("click", (e) => { const link = e.target.closest && e.target.closest("a.tl-term");
    if (!link) { if (!note.contains(e.target)) hush(); return; }
    if (e.ctrlKey || e.metaKey || e.shiftKey || !link.title) return;
    e.preventDefault(); if (asked === link) hush(); else meaning(link); });
  document.addEventListener("keydown", (e) => { if (e.key === "Escape") hush(); });
  addEventListener("resize", hush);
})();
