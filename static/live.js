// The room in the browser: pushed regions, one's own desk, and a connection that heals itself and does not cry wolf. No inline script.
(() => {
  "use strict";
  const tl = window.throughline, root = document.querySelector("[data-live]");
  const byId = (id) => document.getElementById(id);
  const number = (el) => (el ? Number(el.dataset.revision) : 0);
  if (!window.htmx) return;

  // Answers to one's own acts
  const WOVEN = ["desk", "proposal-page"], sentWords = new WeakMap();
  const merge = (id, html, sent) => { sendHome(); const done = tl.merge(id, html, sent, sent && sentWords.get(sent) !== tl.wordsOf(sent), root ? root.dataset.over : ""); tl.renderOutbox(); stillTold(); if (root) settle(); return done; };
  let noticed = -Infinity;
  const noticeBox = byId("notice"), home = noticeBox && noticeBox.previousElementSibling, homeIn = noticeBox && noticeBox.parentNode;
  const sendHome = () => { if (!noticeBox || noticeBox.parentNode === homeIn) return; home && home.isConnected ? home.after(noticeBox) : homeIn.prepend(noticeBox); };
  // "This matters to me": a tap on a card's link is sent by a form of its own; which cards are marked is on the person's desk.
  const showMarks = () => { const list = byId("panel-matters"); if (!list) return; const mine = new Set(list.dataset.mine.trim().split(/\s+/));
    document.querySelectorAll("[data-matters]").forEach((a) => { const on = mine.has(a.dataset.matters), word = a.querySelector("[data-matters-word]");
      a.classList.toggle("is-mine", on); if (word.textContent !== (on ? a.dataset.on : a.dataset.off)) word.textContent = on ? a.dataset.on : a.dataset.off; }); };
  document.addEventListener("click", (e) => { const link = e.target.closest("a[data-matters]"), form = byId("matters-form");
    if (!link || !form || e.metaKey || e.ctrlKey || e.shiftKey) return;
    e.preventDefault(); const one = form.cloneNode(true), on = !link.classList.contains("is-mine");
    one.removeAttribute("id"); one.elements.contribution.value = link.dataset.matters; one.elements.on.value = on ? "yes" : "no";
    form.after(one); htmx.process(one); htmx.trigger(one, "submit");
    const list = byId("panel-matters"), mine = new Set(list.dataset.mine.trim().split(/\s+/));
    mine[on ? "add" : "delete"](link.dataset.matters); list.dataset.mine = [...mine].join(" "); showMarks();
    if (byId("say")) byId("say").textContent = on ? link.dataset.on : link.dataset.off; });

  // Photographs: too large is said before it is sent; how far it has got is shown while it is.
  document.addEventListener("change", (e) => { const field = e.target, most = Number(field.dataset.most);
    if (!most || !field.files) return; const big = [...field.files].some((f) => f.size > most);
    notice(big ? field.dataset.tooBig : ""); if (big) field.value = ""; });
  document.body.addEventListener("htmx:xhr:progress", (e) => { const line = e.target.querySelector && e.target.querySelector("[data-progress]");
    if (line && e.detail.lengthComputable) { line.hidden = false; line.querySelector("progress").value = 100 * e.detail.loaded / e.detail.total; } });
  document.body.addEventListener("htmx:afterRequest", (e) => { const form = e.detail.elt.closest && e.detail.elt.closest("form"), line = form && form.querySelector("[data-progress]");
    if (line) line.hidden = true; if (form && !e.detail.failed && e.detail.xhr.getResponseHeader("HX-Redirect")) tl.forget(form); });

  // What was said to have been kept stays beside its form when the panel is drawn again, until its writer or the room goes on; it is read out once.
  const told = new Map();
  const stillTold = () => told.forEach(({ words, where, again }, panelId) => { const panel = byId(panelId), form = panel && panel.querySelector("form"); if (!form || panel.querySelector("[data-told]")) return;
    const p = document.createElement("p"), a = document.createElement("a"); p.className = "tl-myvote"; p.dataset.told = ""; p.setAttribute("role", "status"); if (again) p.setAttribute("aria-live", "off");
    a.href = where || "#board-h"; a.className = "govuk-link"; a.textContent = root.dataset.see; p.append(words + " ", a); form.before(p); told.set(panelId, { words, where, again: true }); });
  const done = (panelId, words, where) => { if (words) { told.set(panelId, { words, where, again: false }); stillTold(); } };
  const goesOn = (e) => { const panel = e.target.closest && e.target.closest("[data-panel]"); if (panel) told.delete(panel.id); };
  document.addEventListener("input", goesOn);
  const notice = (text) => { const box = noticeBox; if (box) { if (!text) sendHome(); box.replaceChildren(); if (text) { const p = document.createElement("p"); p.className = "govuk-body"; p.textContent = text; box.append(p); } } };
  const settled = (form) => [...form.elements].forEach((f) => { if (f.type === "radio" || f.type === "checkbox") f.defaultChecked = f.checked; else if (f.type !== "hidden") f.defaultValue = f.value; });

  // Counts one's own acts as they go out and are answered: a desk that was asked for before one of them does not know of it yet.
  let acts = 0;
  document.body.addEventListener("htmx:beforeRequest", (e) => { const form = !e.detail.elt.hasAttribute("data-quiet") && e.detail.elt.closest("form"); if (form) { acts += 1; goesOn({ target: form }); sentWords.set(form, tl.wordsOf(form)); } });
  document.body.addEventListener("htmx:afterRequest", (e) => { if (!e.detail.elt.hasAttribute("data-quiet") && e.detail.elt.closest("form")) acts += 1; });
  ["htmx:sendError", "htmx:timeout"].forEach((name) => document.body.addEventListener(name, (e) => { if (!e.detail.xhr.outboxItem && root && !e.detail.elt.hasAttribute("data-quiet")) notice(root.dataset.unanswered); }));
  document.body.addEventListener("htmx:beforeSwap", (e) => {
    if (e.detail.requestConfig.elt.hasAttribute("data-quiet")) return;  // asked by itself while somebody types: nothing was sent, nothing is over
    const { target, xhr, requestConfig } = e.detail, form = requestConfig.elt.closest && requestConfig.elt.closest("form");
    if (e.detail.unanswered) { if (!xhr.outboxItem && root) notice(root.dataset.unanswered); return; }
    if (xhr.status === 413 || xhr.status === 408) { e.detail.shouldSwap = false; notice(xhr.responseText); return; }
    if (xhr.status >= 400 && !(target && target.id === "proposal-page")) { if (xhr.status >= 500) { e.detail.shouldSwap = false; notice(root.dataset.broken); } return; }
    if (xhr.status < 400) notice("");
    if (form && xhr.status < 400) { if (sentWords.get(form) === tl.wordsOf(form)) tl.forget(form); const other = form.dataset.clears && byId(form.dataset.clears); if (other) { tl.forget(other); other.reset(); } }
    // What has been kept is no longer half-written.
    if (form && target && target.id.startsWith("kept-") && sentWords.get(form) === tl.wordsOf(form)) settled(form);
    if (!target || !WOVEN.includes(target.id)) return;
    e.detail.shouldSwap = false;
    const from = form && (form.dataset.clears ? byId(form.dataset.clears) : form), panel = from && from.closest("[data-panel]");
    if (!merge(target.id, xhr.responseText, from)) { notice(root.dataset.unanswered); return; }
    if (panel) done(panel.id, from.dataset.done, from.dataset.seenAt);
    if (from && from.dataset.toTop) byId("main").scrollIntoView();
  });
  document.body.addEventListener("htmx:afterRequest", (e) => {
    const form = e.detail.elt.closest && e.detail.elt.closest("form");
    if (!e.detail.failed || e.detail.xhr.status < 400 || !noticeBox || !noticeBox.firstChild || e.detail.elt.hasAttribute("data-quiet")) return;
    noticed = performance.now();  // a push that was already under way does not wipe it away
    if (form && form.isConnected && !noticeBox.contains(form)) form.before(noticeBox);  // the reason stands beside what it is about
    noticeBox.scrollIntoView({ block: "nearest" }); });
  // The answer to what the outbox sent: the same, for a form that may have gone meanwhile.
  tl.applied = (item, html) => {
    acts += 1;
    const id = item.target.slice(1);
    if (WOVEN.includes(id)) { merge(id, html, null); fetchDesk(); return; }  // and what was done meanwhile by other ways is asked for
    const kept = byId(id); if (!kept) return;
    const fresh = new DOMParser().parseFromString(html, "text/html"); fresh.querySelectorAll("[name=key]").forEach((f) => f.remove());
    kept.replaceChildren(...fresh.body.childNodes);
    const form = kept.parentNode.querySelector("form"); if (form && item.sent === tl.wordsOf(form)) settled(form);
  };

  if (!root) return;
  htmx.config.timeout = 20000;
  htmx.config.wsReconnectDelay = (n) => Math.min(30000, 400 * 2 ** Math.min(n, 7)) * (0.5 + Math.random() / 2);
  const { state: stateUrl, desk: deskUrl, audience } = root.dataset, conn = byId("conn"), beat = Number(root.dataset.heartbeat) * 1000;
  let last = performance.now(), open = false, wrap = null, poll = null, shown = number(byId("pulse")), deskWanted = null, asking = false;
  // What was missed while nothing was received is asked for from where the page was whole: a push since then must not hide the gap.
  let whole = false, since = shown, opened = 0;

  // The state of the connection in words. A short break is nobody's business; only what lasts is said.
  const AGAIN = 2500, LOST = 4500;
  let down = performance.now(), polled = -Infinity, watching = null;
  const say = (s) => { if (root.dataset.conn !== s) { root.dataset.conn = s; conn.textContent = conn.dataset[s]; } };
  const show = () => { const off = !navigator.onLine, away = performance.now() - down;
    if (open && !off) { say("ok"); clearInterval(watching); watching = null; down = null; return; }
    if (!off && performance.now() - polled < 12000 && away > AGAIN) say("polling");
    else if (away >= LOST) say("lost");
    else if (away >= AGAIN) say("again"); };
  const isDown = () => { if (whole) since = shown; whole = false; if (down === null) down = performance.now(); if (!watching) watching = setInterval(show, 500); };
  const isUp = () => { open = true; opened += 1; last = performance.now(); show(); };

  const deskMark = () => document.querySelector("[id^=\"desk-\"][data-token]");
  let token = deskMark() && deskMark().dataset.token, phase = null;
  // In a room of three thousand not everybody asks for their desk at once: ten milliseconds a person, fifteen seconds at most.
  const spread = () => Math.random() * Math.min(15000, Math.max(600, 10 * [...document.querySelectorAll(".tl-presence .tl-count")].reduce((n, el) => n + Number(el.textContent), 0)));
  let asked = 0, newest = 0;  // an answer that was overtaken by a newer one is not shown
  const fetchDesk = (wait) => { if (byId("desk") && !deskWanted) deskWanted = setTimeout(async () => { deskWanted = null; const before = acts;
    const nth = asked += 1;
    try { const r = await fetch(deskUrl, { headers: { "HX-Request": "true" } }), html = await r.text(); if (acts !== before) { fetchDesk(300); return; }
      if (nth > newest && r.ok && r.headers.has("X-Throughline")) { newest = nth; merge("desk", html); } } catch { /* the next change or reconnect asks again */ } }, wait === undefined ? spread() : wait); };
  // Two acts under way at once: the answer that comes last need not know of the other act, so the desk is asked for when both are over.
  let under = 0, crossed = false;
  document.body.addEventListener("htmx:beforeRequest", (e) => { const { elt, xhr } = e.detail; if (e.defaultPrevented || elt.hasAttribute("data-quiet") || !elt.closest("form")) return;
    crossed = crossed || under > 0; under += 1;
    // A form that was drawn again meanwhile is no longer in the page, and its events reach nobody: the request itself says when it is over.
    xhr.addEventListener("loadend", () => { acts += 1; under -= 1; if (!under && crossed) { crossed = false; fetchDesk(0); } }); });
  // A panel that was held back for its writer is drawn again when they are done with it.
  document.addEventListener("focusout", () => setTimeout(() => { const desk = byId("desk"); if (!desk) return;
    const old = [...desk.querySelectorAll("[data-stale]")].filter((p) => !tl.dirty(p)); if (old.length) { old.forEach((p) => delete p.dataset.stale); fetchDesk(500 + spread()); } }, 300));

  // A region nobody has yet is added to its list; everything else is swapped where it stands, unless it is the same.
  let came = 0, telling = null, spoke = -Infinity;
  const place = (part) => { const old = byId(part.id);
    if (old) { old.classList.remove("tl-arrived"); if (old.isEqualNode(part)) return; const was = tl.focusIn(old); tl.keepOpen(old, part); old.replaceWith(part); tl.refocus(part, was); }
    else if (part.dataset.into && byId(part.dataset.into)) { part.classList.add("tl-arrived"); byId(part.dataset.into).append(part); came += 1; } };
  // Somebody who listens hears how much is new, at most every eight seconds, and never each push.
  const tellWhatCame = () => { if (!came || telling) return;
    telling = setTimeout(() => { telling = null; const n = came; came = 0; spoke = performance.now(); byId("say").textContent = (n === 1 ? root.dataset.cameOne : root.dataset.cameMany).replace("0", n); }, Math.max(1500, spoke + 8000 - performance.now())); };
  const arriving = () => { const region = document.querySelector("[id^=\"arriving-\"]"); if (region) document.querySelectorAll(".tl-panel [data-arriving]").forEach((el) => { const text = region.textContent.trim(); if (el.textContent !== text) el.textContent = text; }); };
  const settle = () => {
    shown = Math.max(shown, number(byId("pulse")));
    const mark = deskMark(); if (mark && mark.dataset.token !== token) { token = mark.dataset.token; fetchDesk(); }
    const bar = document.querySelector("[id^=\"phase-\"]");
    if (bar && bar.dataset.say !== phase) { if (phase !== null) { byId("say").textContent = bar.dataset.say; spoke = performance.now(); told.clear(); if (performance.now() - noticed > 3000) notice(""); } phase = bar.dataset.say; }
    showMarks();
    document.querySelectorAll("[data-while-open]").forEach((el) => { el.hidden = bar && bar.dataset.phase === "close"; });
    arriving(); tellWhatCame();
  };
  // Regions hold no field and no behaviour, so a push is placed by id and needs nothing else.
  const receive = (html) => { const got = new DOMParser().parseFromString(html, "text/html"); [...got.body.children].forEach(place); settle(); };
  const resync = async () => { if (asking) return; asking = true; const era = opened;
    const stop = new AbortController(), timer = setTimeout(() => stop.abort(), 15000);
    try { const r = await fetch(`${stateUrl}?since=${whole ? shown : since}&audience=${audience}`, { signal: stop.signal });
      if (r.headers.has("X-Throughline") && r.ok) { polled = performance.now(); if (r.status === 200) receive(await r.text()); if (era === opened) { since = shown; whole = open; } tl.drain(1500); }
    } catch { /* the state of the connection is said elsewhere */ } finally { clearTimeout(timer); asking = false; if (!open) show(); } };
  const behind = () => number(byId("heartbeat")) > (whole ? shown : since);
  const fallback = (on) => { if (on && !poll) poll = setInterval(resync, 4000 + Math.random() * 2000); if (!on && poll) { clearInterval(poll); poll = null; } };
  const again = () => { if (wrap && !open) wrap.reconnect(); };

  document.body.addEventListener("htmx:wsOpen", (e) => { wrap = e.detail.socketWrapper; fallback(false); isUp(); setTimeout(resync, spread()); tl.drain(Math.min(4000, 800 + spread())); });
  document.body.addEventListener("htmx:wsClose", (e) => { open = false; isDown(); fallback(true);
    const code = e.detail.event.code, socket = e.detail.socketWrapper;
    if (code === 4403) { setTimeout(() => { if (![...document.forms].some(tl.dirty)) location.reload(); }, 60000); return; }
    if (![1006, 1011, 1012, 1013].includes(code)) setTimeout(() => socket.reconnect(), 1000 + Math.random() * 4000); });
  document.body.addEventListener("htmx:wsBeforeMessage", (e) => { e.preventDefault(); last = performance.now(); receive(e.detail.message);
    if (behind()) setTimeout(() => { if (behind()) resync(); }, 500 + Math.random() * 1500); });
  setInterval(() => { if (open && performance.now() - last > 2.5 * beat) { open = false; isDown(); fallback(true); last = performance.now(); if (wrap) wrap.reconnect(); } }, beat / 3);
  addEventListener("online", () => { show(); resync(); again(); });
  addEventListener("offline", isDown);
  document.addEventListener("visibilitychange", () => { if (!document.hidden && performance.now() - last > beat) { if (wrap) wrap.reconnect(); resync(); } });
  addEventListener("pageshow", (e) => { if (e.persisted) { isDown(); if (wrap) wrap.reconnect(); resync(); fetchDesk(); } });
  isDown(); settle();
})();
