/* Fairtouch. Everything is denied until the visitor's yes is on record. */
(() => {
  'use strict';
  const tag = document.currentScript, at = tag.src.slice(0, tag.src.lastIndexOf('/') + 1), slot = 'fairtouch ' + at;
  const gpc = navigator.globalPrivacyControl === true, langs = navigator.languages || [navigator.language];
  const types = ['ad_storage', 'ad_user_data', 'ad_personalization', 'analytics_storage', 'functionality_storage', 'personalization_storage'];
  const denied = Object.fromEntries(types.map(t => [t, 'denied']));
  const w = window;
  w.dataLayer = w.dataLayer || [];
  function gtag() { w.dataLayer.push(arguments); }
  gtag('consent', 'default', { ...denied, wait_for_update: 500 });

  let now = { state: {} }, ran = {}, box, opener;
  const keep = (k, v) => {
    try {
      if (v === undefined) return localStorage.getItem(slot + k) || '';
      if (v) localStorage.setItem(slot + k, v); else localStorage.removeItem(slot + k);
    } catch { /* a browser that keeps nothing is asked again */ }
    return '';
  };
  const post = async (what, body) => {
    const r = await fetch(at + what, {
      method: 'POST', credentials: 'include', cache: 'no-store', headers: { 'Content-Type': 'text/plain' }, signal: AbortSignal.timeout(8000),
      body: JSON.stringify({ device: keep(''), gpc, langs, ...body }),
    });
    if (!r.ok) throw Object.assign(new Error('consent'), { status: r.status });
    return r.json();
  };

  /* Tags that wait: <script type="text/plain" data-consent="KEY" src="…"> */
  function run() {
    document.querySelectorAll('script[type="text/plain"][data-consent]').forEach(s => {
      const key = s.dataset.consent;
      if (now.state[key] !== true) return;
      const live = document.createElement('script');
      for (const a of s.attributes) if (a.name !== 'type' && a.name !== 'data-consent') live.setAttribute(a.name, a.value);
      live.nonce = s.nonce;
      live.text = s.text;
      ran[key] = true;
      s.replaceWith(live);
    });
  }
  function apply(r) {
    now = r;
    gtag('consent', 'update', { ...denied, ...r.mode });
    w.dispatchEvent(new CustomEvent('fairtouch:consent', { detail: { ...r.state } }));
    if (r.gpp && !w.__gpp) w.__gpp = (cmd, done) => { const known = cmd === 'ping' || cmd === 'getGPPData'; done(known ? ping() : null, known); };
    if (Object.keys(ran).some(k => !r.state[k])) location.reload(); else run();
  }

  const el = (name, props, ...kids) => {
    const e = document.createElement(name);
    for (const [k, v] of Object.entries(props || {})) if (k in e) e[k] = v; else e.setAttribute(k, v);
    e.append(...kids.filter(k => k));
    return e;
  };
  const css = `:host{all:initial;position:fixed;inset:auto 0 0 0;z-index:2147483647;font:16px/1.5 system-ui,sans-serif;color:#17212b}
section{background:#fff;color:#17212b;border-top:3px solid #0b5d57;box-shadow:0 0 2rem #0004;max-height:85vh;max-height:85dvh;overflow:auto;padding:1rem;box-sizing:border-box}
h2{font-size:1.15rem;line-height:1.3}h3,legend{font-size:1rem;font-weight:600;padding:0;margin:0}p{margin:0}section>*,form>p{max-width:46rem;margin:0 auto .6rem}li p{font-size:.9rem}section>ul{padding:0;list-style:none;display:grid;gap:.5rem}
fieldset{border:1px solid #aab4ba;border-radius:.5rem;padding:.5rem .75rem;margin-block-end:.6rem;min-inline-size:0}label{display:inline-flex;gap:.5rem;align-items:center;min-height:2.75rem;margin-inline-end:1.5rem}input{width:1.25rem;height:1.25rem}
.row{display:grid;gap:.5rem;grid-template-columns:repeat(auto-fit,minmax(min(11rem,100%),1fr));position:sticky;bottom:-1rem;background:#fff;padding-block:.5rem}
button{font:inherit;font-weight:600;min-height:2.75rem;padding:.4rem .8rem;border:2px solid #0b5d57;border-radius:.5rem;background:#fff;color:#0b5d57;cursor:pointer}
.note{border-inline-start:4px solid #0b5d57;padding-inline-start:.6rem}a{color:#0b5d57}:focus-visible{outline:3px solid #b35900;outline-offset:2px}`;
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);

  function frame(...kids) {
    shut();
    box = el('div', { id: 'fairtouch', lang: now.lang, dir: now.dir });
    const root = box.attachShadow({ mode: 'open' });
    root.adoptedStyleSheets = [sheet];
    root.append(el('section', { role: 'region', 'aria-labelledby': 'h', onkeydown: e => { if (e.key === 'Escape') leave(); } }, ...kids));
    document.body.prepend(box);
    return root;
  }
  function shut() { if (box) box.remove(); box = null; }
  function leave() {
    shut();
    const to = opener || document.querySelector('main,h1') || document.body;
    if (!opener) to.tabIndex = -1;
    to.focus();
    opener = null;
  }
  function say(text) {
    const r = frame(el('p', { id: 'h', role: 'status' }, text), el('p', { className: 'row' }, el('button', { type: 'button', onclick: leave }, now.words.fine)));
    r.querySelector('button').focus();
  }
  async function answer(said, quiet) {
    try {
      const r = await post('answer', { ask: now.ask, said });
      keep('', r.device);
      keep(' no', '');
      const words = now.words, shape = { lang: now.lang, dir: now.dir };
      apply({ ...shape, words, ...r });
      if (!quiet) say(words.saved);
    } catch (e) {
      if (quiet) return;
      if (e.status === 409) {
        const words = now.words;
        return open().then(() => banner(words.changed), () => say(words.failed));
      }
      if (!Object.values(said).some(Boolean)) keep(' no', '1');
      say(now.words.failed);
    }
  }
  const all = yes => answer(Object.fromEntries(now.asks.map(a => [a.id, yes && !(now.gpc && a.covered)])));

  function head(note) {
    const t = now.words;
    return [el('h2', { id: 'h', tabIndex: -1 }, t.heading), note && el('p', { className: 'note', role: 'alert' }, note), now.gpc && el('p', { className: 'note' }, t.gpc), el('p', {}, t.intro, ' ', now.policy && el('a', { href: now.policy }, t.policy)),
      now.note && el('p', {}, el('small', {}, now.note))];
  }
  function banner(note) {
    const t = now.words, open = now.asks.filter(a => !(now.gpc && a.covered)), b = (text, f) => el('button', { type: 'button', onclick: f }, text);
    const list = el('ul', {}, ...now.asks.map(a => el('li', { lang: a.lang, dir: a.dir }, el('h3', {}, a.title), el('p', {}, a.text))));
    return frame(...head(note), list, el('p', { className: 'row' }, b(open.length ? t.reject : t.fine, () => all(false)), open.length && b(t.allow, () => all(true)), open.length && b(t.choose, () => each().querySelector('h2').focus())));
  }
  function each() {
    const t = now.words, form = el('form', { onsubmit: e => {
      e.preventDefault();
      const said = {};
      for (const a of now.asks) { const v = new FormData(form).get(a.id); if (v) said[a.id] = v === 'yes'; }
      if (Object.keys(said).length || now.gpc) answer(said); else leave();
    } });
    const radio = (a, v, text) => el('label', {}, el('input', { type: 'radio', name: a.id, value: v, checked: a.was === v }), text);
    form.append(...now.asks.map(a => el('fieldset', {}, el('legend', { lang: a.lang, dir: a.dir }, a.title), el('p', { lang: a.lang, dir: a.dir }, a.text),
      now.gpc && a.covered ? el('p', { className: 'note' }, t.covered) : el('div', {}, radio(a, 'no', t.no), radio(a, 'yes', t.yes)))),
    el('p', { className: 'row' }, el('button', {}, t.save)));
    return frame(...head(), form);
  }

  const open = async show => {
    const r = await post('open', { show: !!show });
    if (r.asks) { now = { ...r, state: r.state }; }
    apply(r);
    return r;
  };
  async function start() {
    const r = await open();
    if (r.answered) return;
    if (keep(' no')) return answer(Object.fromEntries(r.asks.map(a => [a.id, false])), true);
    banner();
  }
  async function again(from) {
    opener = from || document.activeElement;
    try { await open(true); each().querySelector('h2').focus(); } catch { if (from && from.href) location.href = from.href; }
  }
  document.addEventListener('click', e => {
    const a = e.target.closest && e.target.closest('[data-fairtouch]');
    if (a) { e.preventDefault(); again(a); }
  });
  w.fairtouch = { open: () => again(), state: () => ({ ...now.state }) };

  const ping = () => ({ gppVersion: '1.1', cmpStatus: 'loaded', cmpDisplayStatus: box ? 'visible' : 'hidden', signalStatus: now.gpp ? 'ready' : 'not ready', supportedAPIs: ['7:usnat'], cmpId: 0,
    sectionList: now.gpp ? [7] : [], applicableSections: now.gpp ? [7] : [-1], gppString: now.gpp || '', parsedSections: {} });
  const go = () => start().catch(() => { /* nothing answers: everything stays denied */ });
  if (document.body) go(); else document.addEventListener('DOMContentLoaded', go);
})();
