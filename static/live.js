// The room in the browser: pushed regions, drafts that survive, and a connection that heals itself. No inline script.
(() => {
  "use strict";
  const root = document.querySelector("[data-live]");
  const byId = (id) => document.getElementById(id);
  const number = (el) => (el ? Number(el.dataset.revision) : 0);

  // Drafts: whatever is typed is kept in this browser until it has been sent.
  const draftName = (form, field) => `draft:${location.pathname}:${form.dataset.draft}:${field.name}`;
  const typed = (form) => [...form.elements].filter((f) => f.name && f.name !== "csrfmiddlewaretoken" && (f.tagName === "TEXTAREA" || f.type === "text"));
  const store = { get: (k) => { try { return localStorage.getItem(k); } catch { return null; } },
    set: (k, v) => { try { v ? localStorage.setItem(k, v) : localStorage.removeItem(k); } catch { /* a full or forbidden store only loses the extra safety */ } } };
  const restore = (scope) => scope.querySelectorAll("form[data-draft]").forEach((form) => typed(form).forEach((field) => {
    const kept = store.get(draftName(form, field));
    if (kept !== null && field.value === field.defaultValue) field.value = kept;
  }));
  const forget = (form) => typed(form).forEach((field) => store.set(draftName(form, field), ""));
  document.addEventListener("input", (e) => { const form = e.target.form;
    if (form && form.dataset.draft && typed(form).includes(e.target)) store.set(draftName(form, e.target), e.target.value); });
  restore(document);

  // Words with a meaning: a link to the glossary where there is no JavaScript, a small note beside the word where there is.
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
  if (!window.htmx) return;
  document.addEventListener("submit", (e) => { if (e.target.dataset.draft && !e.target.hasAttribute("hx-post")) forget(e.target); });

  const chosen = (select) => select.selectedIndex !== Math.max(0, [...select.options].findIndex((o) => o.defaultSelected));
  // Is somebody in the middle of something here?
  const dirty = (box) => box.contains(document.activeElement) && document.activeElement.matches("textarea,select,input:not([type=radio]):not([type=checkbox])")
    || [...box.querySelectorAll("textarea,input,select")].some((f) =>
      f.type === "radio" || f.type === "checkbox" ? f.checked !== f.defaultChecked : f.tagName === "SELECT" ? chosen(f) : f.type !== "hidden" && f.value !== f.defaultValue);

  const sentWords = new WeakMap(), wordsOf = (form) => [...form.elements].filter((f) => f.type !== "hidden").map((f) => (f.checked ? "on" : "") + f.value).join("\u0000");
  document.body.addEventListener("htmx:beforeRequest", (e) => { const form = e.detail.elt.closest("form"); if (form) sentWords.set(form, wordsOf(form)); });

  // The desk: replaced panel by panel; a panel somebody is writing in stays as it is.
  const mergeDesk = (html, sent) => {
    const fresh = new DOMParser().parseFromString(html, "text/html").getElementById("desk"), desk = byId("desk");
    if (!fresh || !desk) return;
    const wentOn = sent && sentWords.get(sent) !== wordsOf(sent);  // somebody wrote on while the answer was on its way
    const keep = new Map([...desk.querySelectorAll("[data-panel]")].filter((p) => sent && p.contains(sent) ? wentOn : dirty(p) || p.querySelector("form.htmx-request")).map((p) => [p.id, p]));
    fresh.querySelectorAll("[data-panel]").forEach((panel) => { const old = keep.get(panel.id); if (!old) return;
      const key = panel.querySelector("[name=key]"), used = old.querySelector("[name=key]");
      if (key && used && old.contains(sent)) used.value = key.value;  // what is in the box now is another message
      panel.replaceWith(old); keep.delete(panel.id); });
    keep.forEach((old) => { if (!old.classList.contains("tl-panel--over")) {
      old.classList.add("tl-panel--over"); old.querySelectorAll("button").forEach((b) => { b.disabled = true; });
      const p = document.createElement("p"); p.className = "govuk-body"; p.textContent = root.dataset.over; old.prepend(p); }
      fresh.append(old); });
    sendHome();
    const focus = document.activeElement, at = focus && focus.selectionStart !== undefined ? [focus.selectionStart, focus.selectionEnd] : null;
    desk.replaceChildren(...fresh.childNodes);
    htmx.process(desk); restore(desk);
    if (focus && desk.contains(focus) && focus !== document.activeElement) { focus.focus({ preventScroll: true }); try { at && focus.setSelectionRange(...at); } catch { /* not a text field */ } }
  };
  const noticeBox = byId("notice"), home = noticeBox && noticeBox.previousElementSibling;
  const sendHome = () => { if (noticeBox && home && noticeBox.previousElementSibling !== home) home.after(noticeBox); };
  const done = (panelId, words, where) => { const form = byId(panelId) && byId(panelId).querySelector("form"); if (!form || !words) return;
    const p = document.createElement("p"), a = document.createElement("a"); p.className = "tl-myvote"; p.setAttribute("role", "status");
    a.href = where || "#board-h"; a.className = "govuk-link"; a.textContent = root.dataset.see; p.append(words + " ", a); form.before(p); };
  const notice = (text) => { const box = noticeBox; if (box) { if (!text) sendHome(); box.replaceChildren(); if (text) { const p = document.createElement("p"); p.className = "govuk-body"; p.textContent = text; box.append(p); } } };

  // Sending: the key in each form makes a second sending harmless, so what could not go is sent again by itself.
  const unsent = new Set();
  document.body.addEventListener("htmx:sendError", (e) => { const form = e.detail.elt.closest("form"); if (form) { unsent.add(form); notice(root.dataset.unsent); } });
  document.body.addEventListener("htmx:beforeSwap", (e) => {
    const { target, xhr, requestConfig } = e.detail, form = requestConfig.elt.closest && requestConfig.elt.closest("form");
    if (xhr.status >= 400) { if (xhr.status >= 500) { e.detail.shouldSwap = false; notice(root.dataset.broken); } return; }
    notice("");
    if (form) { unsent.delete(form); if (sentWords.get(form) === wordsOf(form)) forget(form); const other = form.dataset.clears && byId(form.dataset.clears); if (other) { forget(other); other.reset(); } }
    // What has been kept is no longer half-written.
    if (form && target && target.id.startsWith("kept-")) [...form.elements].forEach((f) => { if (f.type === "radio") f.defaultChecked = f.checked; else if (f.type !== "hidden") f.defaultValue = f.value; });
    if (target && target.id === "desk") { e.detail.shouldSwap = false; const from = form && (form.dataset.clears ? byId(form.dataset.clears) : form), panel = from && from.closest("[data-panel]");
      mergeDesk(xhr.responseText, from); if (panel) done(panel.id, from.dataset.done, from.dataset.seenAt);
      if (from && from.dataset.toTop) byId("main").scrollIntoView(); }
  });
  document.body.addEventListener("htmx:afterSwap", (e) => { if (e.detail.target && e.detail.target.id === "proposal-page") restore(document); });
  document.body.addEventListener("htmx:afterRequest", (e) => {
    const form = e.detail.elt.closest && e.detail.elt.closest("form");
    if (!e.detail.failed || e.detail.xhr.status < 400 || !noticeBox) return;
    if (form && form.isConnected && !noticeBox.contains(form)) form.before(noticeBox);  // the reason stands beside what it is about
    noticeBox.scrollIntoView({ block: "nearest" }); });

  if (!root) return;
  const { state: stateUrl, desk: deskUrl, audience } = root.dataset, conn = byId("conn"), beat = Number(root.dataset.heartbeat) * 1000;
  let last = Date.now(), open = false, wrap = null, poll = null, shown = number(byId("pulse")), deskWanted = null, asking = false;
  const say = (s) => { if (root.dataset.conn !== s) { root.dataset.conn = s; conn.textContent = conn.dataset[s]; } };
  const deskMark = () => document.querySelector('[id^="desk-"][data-token]');
  let token = deskMark() && deskMark().dataset.token, phase = null;

  // In a room of three thousand not everybody asks for their desk at once: ten milliseconds a person, fifteen seconds at most.
  const spread = () => Math.random() * Math.min(15000, Math.max(600, 10 * [...document.querySelectorAll(".tl-presence .tl-count")].reduce((n, el) => n + Number(el.textContent), 0)));
  const fetchDesk = () => { if (byId("desk") && !deskWanted) deskWanted = setTimeout(async () => { deskWanted = null;
    try { const r = await fetch(deskUrl, { headers: { "HX-Request": "true" } }); if (r.ok) mergeDesk(await r.text()); } catch { /* the next change or reconnect asks again */ } }, spread()); };
  const sendAgain = () => { const forms = [...unsent]; unsent.clear(); forms.forEach((f) => f.isConnected && htmx.trigger(f, "submit")); };

  // A region nobody has yet is added to its list; everything else is swapped where it stands.
  const place = (part) => { const old = byId(part.id);
    if (old) { old.replaceWith(part); } else if (part.dataset.into && byId(part.dataset.into)) { part.classList.add("tl-arrived"); byId(part.dataset.into).append(part); } };
  const settle = () => {
    shown = Math.max(shown, number(byId("pulse")));
    const mark = deskMark(); if (mark && mark.dataset.token !== token) { token = mark.dataset.token; fetchDesk(); }
    const bar = document.querySelector('[id^="phase-"]');
    if (bar && bar.dataset.say !== phase) { if (phase !== null) { byId("say").textContent = bar.dataset.say; notice(""); } phase = bar.dataset.say; }
    document.querySelectorAll("[data-while-open]").forEach((el) => { el.hidden = bar && bar.dataset.phase === "close"; });
  };
  // Regions hold no field and no behaviour, so a push is placed by id and needs nothing else.
  const receive = (html) => { const got = new DOMParser().parseFromString(html, "text/html"); [...got.body.children].forEach(place); settle(); };
  const resync = async () => { if (asking) return; asking = true;
    try { const r = await fetch(`${stateUrl}?since=${shown}&audience=${audience}`);
      if (r.status === 200) receive(await r.text());
      if (r.ok && !open) say("polling");
      if (r.ok && unsent.size) sendAgain();
    } catch { if (!open) say("lost"); } finally { asking = false; } };
  const fallback = (on) => { if (on && !poll) poll = setInterval(resync, 4000 + Math.random() * 2000); if (!on && poll) { clearInterval(poll); poll = null; } };

  document.body.addEventListener("htmx:wsOpen", (e) => { wrap = e.detail.socketWrapper; open = true; last = Date.now(); fallback(false); say("ok");
    setTimeout(resync, spread()); });
  document.body.addEventListener("htmx:wsClose", (e) => { open = false; say("lost"); fallback(true);
    const code = e.detail.event.code, again = e.detail.socketWrapper;
    if (code === 4403) { setTimeout(() => location.reload(), 60000); return; }
    if (![1006, 1011, 1012, 1013].includes(code)) setTimeout(() => again.reconnect(), 1000 + Math.random() * 4000); });
  document.body.addEventListener("htmx:wsBeforeMessage", (e) => { e.preventDefault(); last = Date.now(); receive(e.detail.message);
    if (number(byId("heartbeat")) > shown) setTimeout(() => { if (number(byId("heartbeat")) > shown) resync(); }, 500 + Math.random() * 1500); });
  setInterval(() => { if (open && Date.now() - last > 2.5 * beat) { open = false; say("lost"); fallback(true); last = Date.now(); if (wrap) wrap.reconnect(); } }, beat / 3);
  addEventListener("online", () => { resync(); if (wrap && !open) wrap.reconnect(); });
  addEventListener("offline", () => { say("lost"); });
  document.addEventListener("visibilitychange", () => { if (!document.hidden && Date.now() - last > beat) { if (wrap) wrap.reconnect(); resync(); } });
  settle();
})();
