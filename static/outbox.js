// What was sent and not answered yet: kept in this browser under its form's key, sent again in order until somebody answers.
(() => {
  "use strict";
  const tl = window.throughline, root = document.querySelector("[data-live]"), me = root ? root.dataset.me : "";
  const PREFIX = "outbox:", PATIENCE = 20000, ADOPT = 30000, LONGEST = 30000, LATER = [0, 408, 429, 502, 503, 504];
  const thisPage = tl.newKey(), words = document.getElementById("outbox-words"), home = document.getElementById("outbox");
  if (!words || !home) { tl.restore(document); return; }
  const box = { read: (id) => { try { return JSON.parse(tl.store.get(PREFIX + id)); } catch { return null; } },
    write: (item) => { item.fragile = !tl.store.set(PREFIX + item.id, JSON.stringify(item)); }, drop: (id) => tl.store.remove(PREFIX + id),
    all: () => tl.store.keys(PREFIX).map((k) => box.read(k.slice(PREFIX.length))).filter((i) => i && i.id).sort((a, b) => a.n - b.n || (a.id < b.id ? -1 : 1)),
    mine: () => box.all().filter((i) => i.me === me) };
  const waiting = () => box.mine().filter((i) => i.state === "waiting");
  const cookie = () => (document.cookie.match(/(?:^|; )csrftoken=([^;]+)/) || [])[1] || "";
  const keyed = (form) => form && me && form.elements.key && form.elements.key.value && form.method === "post" ? form : null;
  const formOf = (item) => [...document.forms].find((f) => f.getAttribute("action") === item.action && (f.dataset.draft || "") === item.draft);

  // What the person sees in the list: the words they wrote, the answers they chose.
  const label = (f) => f.tagName === "SELECT" ? (f.selectedOptions[0] || {}).textContent : f.labels && f.labels[0] ? f.labels[0].textContent : f.value;
  const describe = (form) => { const shown = [...form.elements].filter((f) => f.name && f.type !== "hidden" && (f.tagName === "TEXTAREA" || f.type === "text" || f.type === "date" || f.checked));
    const lines = shown.map((f) => (f.checked ? label(f) : f.value).trim()).filter(Boolean);
    return lines.length ? lines.join("\n") : [...form.elements].filter((f) => f.name === "text").map((f) => f.value).join("\n"); };
  const older = (form) => form.hasAttribute("data-replaces") ? box.mine().filter((i) => i.action === form.getAttribute("action")) : [];
  const make = (form, entries, state) => {
    const replaced = older(form), n = Math.max(Number(tl.store.get("outbox#")) || 0, ...box.all().map((i) => i.n)) + 1;
    tl.store.set("outbox#", String(n));
    replaced.forEach((i) => box.drop(i.id));  // the newer vote on the same ballot carries the older one's key, which then comes to nothing
    const item = { id: form.elements.key.value, n, me, state, action: form.getAttribute("action"), draft: form.dataset.draft || "", target: form.getAttribute("hx-target") || "",
      page: location.pathname, fields: [...entries.filter(([k]) => k !== "csrfmiddlewaretoken"), ["written_in", document.documentElement.lang]], words: describe(form), tab: thisPage, since: Date.now(), tries: 0, faults: 0, keeps: form.hasAttribute("data-replaces") };
    box.write(item);
    return item;
  };
  // The words are in the list now: the box is free for the next ones, under a key of their own.
  const taken = (form, item) => {
    if (!form) return;
    if (form.elements.key && form.elements.key.value === item.id) form.elements.key.value = tl.newKey();
    const from = form.dataset.clears ? document.getElementById(form.dataset.clears) : form;
    if (item.keeps || !from || (item.sent && item.sent !== tl.wordsOf(form))) return;
    tl.forget(from); from.reset();
    if (from !== form && form.closest("#notice")) document.getElementById("notice").replaceChildren();
  };

  // The list, beside the form it is about, else at the top of the page.
  const saved = new Map(), rows = new Map();
  let sendingNow = null, blocked = false, lastSaid = 0, toSay = null;
  const say = (text) => { const first = !toSay; toSay = text; if (first) setTimeout(() => { document.getElementById("outbox-say").textContent = toSay; toSay = null; lastSaid = Date.now(); }, Math.max(150, lastSaid + 3000 - Date.now())); };
  const stateOf = (item) => item.id === sendingNow || item.state === "flight" ? "sending" : saved.has(item.id) ? "saved" : item.state;
  const listFor = (item) => { const form = formOf(item); if (!form || form.closest(".tl-panel--over")) { let top = home.querySelector("ul"); if (!top) { top = document.createElement("ul"); top.className = "tl-outbox"; home.append(top); } return top; }
    let list = form.previousElementSibling; if (!list || !list.classList.contains("tl-outbox")) { list = document.createElement("ul"); list.className = "tl-outbox"; form.before(list); } return list; };
  const row = (item) => { const li = rows.get(item.id) || words.content.firstElementChild.cloneNode(true), state = stateOf(item);
    rows.set(item.id, li);
    if (li.dataset.state !== state) { li.dataset.state = state; li.dataset.id = item.id;
      li.querySelectorAll("[data-when]").forEach((el) => { el.hidden = el.dataset.when !== state; });
      li.querySelector("[data-words]").textContent = item.words; li.querySelector("[data-why]").textContent = item.why || "";
      li.querySelector("[data-buttons]").hidden = state !== "refused"; li.querySelector("[data-do=back]").hidden = item.keeps;
      if (state !== "sending") say(li.querySelector(`[data-when="${state}"]`).textContent.trim()); }
    li.querySelector("[data-fragile]").hidden = state === "saved" || !item.fragile;
    return li; };
  const line = (name, text, href) => { let p = home.querySelector(`[data-line=${name}]`); if (!text) { if (p) p.remove(); return; }
    if (!p) { p = document.createElement("p"); p.dataset.line = name; p.className = "tl-notice tl-notice--wait"; home.prepend(p); }
    if (href) { const a = document.createElement("a"); a.href = href; a.className = "govuk-link"; a.textContent = text; p.replaceChildren(a); } else if (p.textContent !== text) p.textContent = text; };
  const render = () => {
    const everything = box.all(), mine = root ? everything.filter((i) => i.me === me) : [], now = Date.now();
    const shown = [...[...saved.values()], ...mine.filter((i) => !saved.has(i.id) && (i.state !== "flight" || i.tab !== thisPage || now - i.since > 1200))];
    const ids = new Set(shown.map((i) => i.id));
    rows.forEach((li, id) => { if (!ids.has(id)) { li.remove(); rows.delete(id); } });
    shown.forEach((item) => { const li = row(item), list = listFor(item); if (li.parentNode !== list) list.append(li); });
    document.querySelectorAll("ul.tl-outbox:empty").forEach((ul) => ul.remove());
    const others = everything.filter((i) => i.me !== me && i.state !== "refused");
    line("blocked", root && (blocked && mine.length) ? words.dataset.blocked : "");
    line("other", root && others.length ? (me ? words.dataset.other : words.dataset.blocked) : "");
    line("elsewhere", !root && others.length ? words.dataset.elsewhere : "", others.length ? others[0].page : "");
  };
  tl.renderOutbox = render;
  const keep = (item) => { box.drop(item.id); saved.set(item.id, item); render(); setTimeout(() => { saved.delete(item.id); render(); }, 8000); };
  home.ownerDocument.addEventListener("click", (e) => { const button = e.target.closest("[data-do]"), li = button && button.closest("[data-id]"), item = li && box.read(li.dataset.id); if (!item) return;
    const form = formOf(item);
    if (button.dataset.do === "copy") { const quote = li.querySelector("[data-words]");
      if (navigator.clipboard) navigator.clipboard.writeText(item.words).catch(() => {}); else getSelection().selectAllChildren(quote); return; }
    if (button.dataset.do === "back") { if (!form || tl.dirty(form)) { getSelection().selectAllChildren(li.querySelector("[data-words]")); return; }
      item.fields.forEach(([name, value]) => [...form.elements].filter((f) => f.name === name && f.type !== "hidden").forEach((f) => {
        if (f.type === "radio" || f.type === "checkbox") { if (f.value === value) f.checked = true; } else { f.value = value; f.dispatchEvent(new Event("input", { bubbles: true })); } })); }
    box.drop(item.id); render();
    if (form) (tl.typed(form)[0] || form.elements[0]).focus(); });

  // Sending
  const ask = async (url, options) => { const stop = new AbortController(), timer = setTimeout(() => stop.abort(), PATIENCE);
    try { const r = await fetch(url, { ...options, signal: stop.signal, credentials: "same-origin", cache: "no-store" });
      return { status: r.headers.has("X-Throughline") ? r.status : 0, html: await r.text() }; }  // whatever is not signed is no answer of ours
    catch { return { status: 0, html: "" }; } finally { clearTimeout(timer); } };
  let told = 0;
  const whoAmI = async () => { const r = await ask(root.dataset.waiting, { headers: { "HX-Request": "true" } });
    if (LATER.includes(r.status) || r.status >= 500) return null;
    try { return JSON.parse(r.html); } catch { return { me: "", token: cookie() }; } };
  const tell = (n, token) => { if (n === told) return; told = n; ask(root.dataset.waiting, { method: "POST", body: new URLSearchParams({ n, csrfmiddlewaretoken: token }) }); };
  const sentence = (html) => { const doc = new DOMParser().parseFromString(html, "text/html");
    const found = doc.querySelector("#proposal-page .tl-notice strong, [data-refused] p, p"); return found ? found.textContent.trim() : words.dataset.gone; };
  const post = (item, token) => ask(item.action, { method: "POST", headers: { "HX-Request": "true", "X-CSRFToken": token }, body: new URLSearchParams([...item.fields, ["csrfmiddlewaretoken", token]]) });
  const refuse = (item, why) => { item.state = "refused"; item.why = why; box.write(item); };
  // Sends one; says whether to go on with the next.
  const sendOne = async (item, who) => {
    sendingNow = item.id; render();
    let r = await post(item, who.token);
    if (r.status === 403) { const again = await whoAmI(); r = again ? await post(item, again.token) : { status: 0 }; }
    sendingNow = null;
    if (!box.read(item.id)) return true;  // a newer vote has taken its place meanwhile
    if (r.status && r.status < 400) { keep(item); if (tl.applied) tl.applied(item, r.html); return true; }
    if (LATER.includes(r.status) || (r.status >= 500 && (item.faults += 1) < 5)) { item.tries += 1; box.write(item); return false; }
    if (r.status === 404 || r.status === 403) { const now = await whoAmI(); if (!now || now.me !== me) { blocked = !!now; return false; } }
    refuse(item, r.status >= 500 ? words.dataset.broken : r.status === 404 ? words.dataset.gone : sentence(r.html));
    return true;
  };
  const inTurn = (work) => navigator.locks ? navigator.locks.request("throughline-outbox", { ifAvailable: true }, (lock) => lock ? work() : false) : work();
  let busy = false, timer = null, tries = 0;
  const later = (ms) => { clearTimeout(timer); timer = setTimeout(drain, ms); };
  const all = async () => {
    const who = await whoAmI();
    if (!who) return false;
    blocked = who.me !== me;
    if (blocked) return false;
    tell(waiting().length, who.token);
    for (let item = waiting()[0]; item; item = waiting()[0]) if (!await sendOne(item, who)) return false;
    tell(0, who.token);
    return true;
  };
  const drain = async () => {
    clearTimeout(timer); timer = null;
    if (busy || !root || !me) return;
    box.mine().forEach((i) => { if (i.state === "flight" && i.tab !== thisPage && Math.abs(Date.now() - i.since) > ADOPT) { i.state = "waiting"; box.write(i); } });
    if (!waiting().length) { if (box.mine().some((i) => i.state === "flight" && i.tab !== thisPage)) later(ADOPT); render(); return; }
    busy = true;
    let well = false;
    try { well = await inTurn(all); } finally { busy = false; sendingNow = null; }
    tries = well ? 0 : tries + 1;
    if (waiting().length) later(Math.min(LONGEST, 1000 * 2 ** Math.min(tries - 1, 5)) * (0.5 + Math.random() / 2));
    render();
  };
  tl.drain = (spread) => { tries = 0; if (waiting().length && !busy) later(Math.random() * spread); };
  tl.hasUnsent = () => waiting().length > 0;

  if (root && me) {
    document.body.addEventListener("htmx:configRequest", (e) => { const form = e.detail.elt.closest("form"); if (!form) return;
      if (cookie() && e.detail.formData.has("csrfmiddlewaretoken")) e.detail.formData.set("csrfmiddlewaretoken", cookie());  // signing in elsewhere changes it
      if (keyed(form)) older(form).forEach((i) => [...i.fields.filter(([k]) => k === "instead_of").map(([, v]) => v), i.id].slice(-19).forEach((k) => e.detail.formData.append("instead_of", k))); });
    document.body.addEventListener("htmx:beforeRequest", (e) => { const form = keyed(e.detail.elt.closest("form")); if (!form || e.detail.requestConfig.verb !== "post") return;
      const entries = [...e.detail.requestConfig.formData]; if (entries.some(([, v]) => typeof v !== "string")) return;  // a file cannot be kept here
      const direct = navigator.onLine && !waiting().length && !busy, item = make(form, entries, direct ? "flight" : "waiting");
      item.sent = tl.wordsOf(form); box.write(item);
      if (direct) { e.detail.xhr.outboxItem = item.id; setTimeout(render, 1300); return; }
      e.preventDefault(); taken(form, item); render(); later(0); });
    const unanswered = (form, item) => { item.state = "waiting"; box.write(item); taken(form, item); render(); tries = Math.max(tries, 1); later(600 + Math.random() * 900); };
    ["htmx:sendError", "htmx:timeout", "htmx:sendAbort"].forEach((name) => document.body.addEventListener(name, (e) => { const item = box.read(e.detail.xhr.outboxItem); if (item) unanswered(e.detail.elt.closest("form"), item); }));
    document.body.addEventListener("htmx:beforeSwap", (e) => { const { xhr } = e.detail, item = xhr.outboxItem && box.read(xhr.outboxItem);
      const none = !xhr.getResponseHeader("X-Throughline") || LATER.includes(xhr.status) || xhr.status === 403;
      if (none) { e.detail.shouldSwap = false; e.detail.unanswered = true; }
      if (!item) return;
      if (none) unanswered(e.detail.requestConfig.elt.closest("form"), item); else { box.drop(item.id); render(); } });
    addEventListener("pagehide", () => box.mine().forEach((i) => { if (i.state === "flight" && i.tab === thisPage) { i.state = "waiting"; box.write(i); } }));
    addEventListener("online", () => tl.drain(1000));
    document.addEventListener("visibilitychange", () => { if (!document.hidden) tl.drain(500); });
  }
  addEventListener("storage", (e) => { if (e.key === null || e.key.startsWith(PREFIX)) render(); });
  addEventListener("pageshow", (e) => { const [how] = performance.getEntriesByType("navigation");
    // A page shown again by "back" brings its old keys: what is written in it now is something new.
    if (e.persisted || (how && how.type === "back_forward")) document.querySelectorAll("form input[type=hidden][name=key]").forEach((f) => { f.value = tl.newKey(); });
    render(); if (root && me) tl.drain(500); });
  // Words that went into the list before a reload do not stand in their box as well.
  box.mine().forEach((i) => i.fields.forEach(([name, value]) => { const k = `draft:${i.page}:${i.draft}:${name}`; if (!i.keeps && tl.store.get(k) === value) tl.store.remove(k); }));
  tl.restore(document);
  render();
  drain();
})();
