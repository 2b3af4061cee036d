// What somebody is writing: kept in this browser until it has been sent, and never replaced under their hands. No inline script.
(() => {
  "use strict";
  const tl = window.throughline = {};
  const memory = new Map();  // a full or forbidden store only loses what survives this page

  tl.store = {
    get: (k) => { if (memory.has(k)) return memory.get(k); try { return localStorage.getItem(k); } catch { return null; } },
    // Says whether it will outlive this page.
    set: (k, v) => { try { localStorage.setItem(k, v); memory.delete(k); return true; } catch { memory.set(k, v); return false; } },
    remove: (k) => { memory.delete(k); try { localStorage.removeItem(k); } catch { /* nothing was there */ } },
    keys: (prefix) => { let kept = []; try { kept = Object.keys(localStorage); } catch { /* forbidden */ }
      return [...new Set([...kept, ...memory.keys()])].filter((k) => k.startsWith(prefix)); },
  };
  tl.newKey = () => [...crypto.getRandomValues(new Uint8Array(16))].map((n) => n.toString(16).padStart(2, "0")).join("");

  // Drafts
  const draftName = (form, field) => `draft:${location.pathname}:${form.dataset.draft}:${field.name}`;
  const typed = (form) => [...form.elements].filter((f) => f.name && f.name !== "csrfmiddlewaretoken" && (f.tagName === "TEXTAREA" || f.type === "text"));
  tl.typed = typed;
  tl.restore = (scope) => scope.querySelectorAll("form[data-draft]").forEach((form) => typed(form).forEach((field) => {
    const kept = tl.store.get(draftName(form, field));
    if (kept !== null && kept !== "" && field.value === field.defaultValue) field.value = kept;
  }));
  tl.forget = (form) => typed(form).forEach((field) => tl.store.remove(draftName(form, field)));
  document.addEventListener("input", (e) => { const form = e.target.form;
    if (form && form.dataset.draft && typed(form).includes(e.target)) { const name = draftName(form, e.target); e.target.value ? tl.store.set(name, e.target.value) : tl.store.remove(name); } });
  // A form that is posted as a page: its draft goes when an answer has come that does not ask again, not when it is sent.
  document.addEventListener("submit", (e) => { const form = e.target;
    if (form.dataset.draft && !form.hasAttribute("hx-post")) tl.store.set("posted", JSON.stringify(typed(form).map((f) => draftName(form, f)))); });
  const posted = tl.store.get("posted");
  if (posted) { tl.store.remove("posted"); if (!document.querySelector(".govuk-error-summary,[data-refused]")) JSON.parse(posted).forEach(tl.store.remove); }

  // Is somebody in the middle of something here?
  const chosen = (select) => [...select.options].some((o) => o.selected !== o.defaultSelected) && !(select.selectedIndex === 0 && ![...select.options].some((o) => o.defaultSelected));
  const changed = (f) => f.type === "radio" || f.type === "checkbox" ? f.checked !== f.defaultChecked : f.tagName === "SELECT" ? chosen(f)
    : f.tagName !== "BUTTON" && f.tagName !== "FIELDSET" && f.type !== "hidden" && f.type !== "submit" && f.value !== f.defaultValue;
  tl.dirty = (box) => (box.contains(document.activeElement) && document.activeElement.matches("textarea,select,input,[contenteditable=true]"))
    || [...box.querySelectorAll("textarea,input,select")].some(changed);
  tl.wordsOf = (form) => [...form.elements].filter((f) => f.type !== "hidden").map((f) => (f.checked ? "on" : "") + f.value).join("\u0000");

  // Where the focus is, so that it can be given to the same thing in a new copy.
  const marks = (el) => el.id ? `#${CSS.escape(el.id)}` : el.tagName === "A" ? `a[href="${CSS.escape(el.getAttribute("href") || "")}"]` : el.tagName.toLowerCase();
  const alike = (box, was) => [...box.querySelectorAll(was.mark)].find((el) => el.textContent === was.text && el.name === was.name) || null;
  tl.focusIn = (box) => { const el = document.activeElement; return box.contains(el) && el !== box ? { el, mark: marks(el), text: el.textContent, name: el.name } : null; };
  tl.refocus = (box, was) => { if (was && !was.el.isConnected) { const next = alike(box, was); if (next) next.focus({ preventScroll: true }); } };
  tl.keepOpen = (old, fresh) => { const were = [...old.querySelectorAll("details")]; if (!were.length) return;
    fresh.querySelectorAll("details").forEach((d) => { const was = were.find((o) => (o.firstElementChild || o).textContent === (d.firstElementChild || d).textContent); if (was) d.open = was.open || d.open; }); };

  // The children of `box` become those of `fresh`; what holds a panel somebody writes in is not moved, not even for a moment.
  const weave = (box, fresh, kept) => {
    const holds = (node) => kept.some((panel) => node.contains(panel));
    let at = box.firstChild;
    for (const node of [...fresh.childNodes]) {
      const same = node.id ? [...box.children].find((c) => c.id === node.id) : null;
      if (!same || !holds(same)) { box.insertBefore(node, at); if (same) { if (at === same) at = same.nextSibling; tl.keepOpen(same, node); same.remove(); } continue; }
      if (same.compareDocumentPosition(at || box.lastChild || box) & Node.DOCUMENT_POSITION_FOLLOWING || at === null) continue;  // it stands further up already
      while (at && at !== same) { const next = at.nextSibling; if (!holds(at)) at.remove(); at = next; }
      at = same.nextSibling;
      if (!kept.includes(same)) weave(same, node, kept);
    }
    while (at) { const next = at.nextSibling; if (!holds(at)) at.remove(); at = next; }
  };
  // Puts fresh panels into #desk or #proposal-page. `sent` is the form this is the answer to, `wentOn` whether its writer went on.
  tl.merge = (id, html, sent, wentOn, over) => {
    const fresh = new DOMParser().parseFromString(html, "text/html").getElementById(id), box = document.getElementById(id);
    if (!fresh || !box) return false;
    const panels = [...box.querySelectorAll("[data-panel]")];
    const kept = panels.filter((p) => sent && p.contains(sent) ? wentOn : tl.dirty(p) || p.querySelector("form.htmx-request"));
    kept.forEach((panel) => { const next = fresh.querySelector(`#${CSS.escape(panel.id)}`);
      panel.dataset.stale = "yes";
      if (next) return;
      if (!panel.classList.contains("tl-panel--over")) { panel.classList.add("tl-panel--over");
        panel.querySelectorAll("button").forEach((b) => { b.disabled = true; });
        const p = document.createElement("p"); p.className = "govuk-body"; p.textContent = over; panel.prepend(p); } });
    const was = tl.focusIn(box);
    weave(box, fresh, kept);
    if (window.htmx) htmx.process(box);
    tl.restore(box);
    tl.refocus(box, was);
    return true;
  };
})();
