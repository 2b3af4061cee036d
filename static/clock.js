// The clock on everybody's screen, by the server's time whatever the phone believes; people moving to their rooms; what the big screen shows.
(() => {
  "use strict";
  const byId = (id) => document.getElementById(id);
  let ahead = null;  // how many milliseconds the server is ahead of this device

  // The heartbeat carries the server's time. Frames only ever arrive late, so the largest difference is the truest.
  const hear = () => { const beat = byId("heartbeat"), now = Number(beat && beat.dataset.now); if (!now || beat.heard) return; beat.heard = true;
    const found = now - Date.now(); if (ahead === null || found > ahead || Math.abs(found - ahead) > 60000) ahead = found; };
  const serverNow = () => Date.now() + (ahead || 0);

  const shape = (ms) => { const s = Math.floor(Math.abs(ms) / 1000); return `${ms < 0 ? "+" : ""}${Math.floor(s / 60)}:${String(s % 60).padStart(2, "0")}`; };
  let said = "", rung = "";
  const speak = (clock, ms) => {  // at five minutes, at one, and when time is up: never every second
    const minutes = Math.ceil(ms / 60000), key = `${clock.dataset.ends}/${ms <= 0 ? "up" : minutes}`;
    if (!(ms <= 0 ? ms > -3000 : minutes === 5 || minutes === 1) || said === key) return;
    said = key;
    byId("say") && (byId("say").textContent = ms <= 0 ? clock.dataset.sayUp : minutes === 1 ? clock.dataset.sayOne : `${minutes} ${clock.dataset.sayLeft}`);
  };
  const tick = () => { hear(); const clock = document.querySelector("[data-ends]"); if (!clock) return;
    const ms = Number(clock.dataset.ends) - serverNow(), time = clock.querySelector("[data-time]"), words = clock.querySelector("[data-words]");
    const text = shape(ms); if (time.textContent !== text) { time.textContent = text; words.textContent = ms < 0 ? clock.dataset.over : clock.dataset.left; }
    clock.classList.toggle("tl-clock--over", ms < 0); speak(clock, ms);
    if (ms <= 0 && ms > -2000 && rung !== clock.dataset.ends) { rung = clock.dataset.ends; ring(); } };

  // A gentle sound, only for those who asked for it.
  const button = document.querySelector("[data-sound]"); let sound = null;
  const ring = () => { if (!sound) return; [523, 659].forEach((pitch, i) => { const tone = sound.createOscillator(), level = sound.createGain();
    tone.frequency.value = pitch; tone.connect(level).connect(sound.destination); const at = sound.currentTime + i * 0.35;
    level.gain.setValueAtTime(0.0001, at); level.gain.exponentialRampToValueAtTime(0.12, at + 0.05); level.gain.exponentialRampToValueAtTime(0.0001, at + 1.2);
    tone.start(at); tone.stop(at + 1.3); }); };
  if (button && window.AudioContext) { button.hidden = false; button.textContent = button.dataset.off;
    button.addEventListener("click", () => { if (sound) { sound.close(); sound = null; } else { sound = new AudioContext(); ring(); }
      button.setAttribute("aria-pressed", String(!!sound)); button.textContent = sound ? button.dataset.on : button.dataset.off; }); }

  // People part and meet again: the page leads each to the right room. Whoever is in the middle of a sentence is only told.
  const where = () => { const el = document.querySelector("[data-where]"); return el && el.dataset.where; };
  let place = where();
  const busy = () => [...document.querySelectorAll("form[data-draft] textarea, form[data-draft] input[type=text], form[data-draft] input:not([type])")].some((f) => f.value.trim() !== (f.defaultValue || "").trim());
  const follow = () => { const root = document.querySelector("[data-live]"), box = byId("notice");
    if (!busy() || !box) { location.reload(); return; }
    const p = document.createElement("p"), a = document.createElement("a"); p.className = "govuk-body"; p.setAttribute("role", "status");
    a.href = location.pathname; a.className = "govuk-link"; a.textContent = root.dataset.follow; p.append(root.dataset.moved + " ", a); box.replaceChildren(p); };
  const watch = () => { const now = where(); if (now === place) return; const was = place; place = now;
    if (document.querySelector("[data-stage]") || !byId("desk")) return;
    if (was !== null && now !== null && !location.search.includes("stay")) follow(); };

  // The big screen: one view at a time, the facilitator's unless this screen was told to stay with its own.
  const stage = document.querySelector("[data-stage]");
  const show = () => { if (!stage) return; const bar = stage.querySelector("[data-view]"), pinned = stage.dataset.pinned;
    const view = pinned && pinned !== "follow" ? pinned : bar && bar.dataset.view;
    stage.querySelectorAll("[data-show]").forEach((el) => { el.hidden = !el.dataset.show.split(" ").includes(view); });
    stage.dataset.viewing = view; };

  // What this script writes itself is a change too: only a clock that has just come is filled at once.
  const fresh = () => { const time = document.querySelector("[data-time]"); if (time && !time.textContent) tick(); };
  new MutationObserver(() => { hear(); watch(); show(); fresh(); }).observe(document.body, { childList: true, subtree: true });
  setInterval(tick, 500); show(); tick();
})();
