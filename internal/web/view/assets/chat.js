// Makes the chat livelier: it sends without a reload, shows the program's answer
// as it comes, and looks for news. Without it the page is forms and links.
(() => {
  const id = (n) => document.getElementById(n);
  const form = id('end'), log = id('log'), problem = id('problem');
  if (!form || !log || !window.fetch || !window.ReadableStream) return;
  const text = form.elements.text;
  let busy = false;
  id('news').hidden = true;

  const tell = (what) => { problem.textContent = what; problem.hidden = !what; };
  const down = () => { log.lastElementChild?.scrollIntoView({ block: 'nearest' }); };
  const bubble = (from, words) => {
    const li = document.importNode(id('t-' + from).content, true).firstElementChild;
    li.querySelector('p').textContent = words;
    log.append(li);
    down();
    return li.querySelector('p');
  };

  // news reads the page again and takes over what changed; what somebody is
  // just using stays as it is.
  async function news() {
    const res = await fetch(location.pathname + location.search, { headers: { Accept: 'text/html' } });
    if (!res.ok || busy) return;
    const page = new DOMParser().parseFromString(await res.text(), 'text/html');
    if (busy) return;
    for (const li of log.querySelectorAll('li:not([data-seq])')) li.remove();
    let fresh = false;
    for (const li of page.querySelectorAll('#log > li')) {
      if (log.querySelector(`li[data-seq="${li.dataset.seq}"]`)) continue;
      log.append(document.importNode(li, true));
      fresh = true;
    }
    if (fresh) down();
    for (const n of ['who', 'more']) {
      const now = id(n), next = page.getElementById(n);
      if (next && now.textContent !== next.textContent && !now.contains(document.activeElement)) {
        now.replaceChildren(...[...next.childNodes].map((c) => document.importNode(c, true)));
      }
    }
    const message = page.querySelector('#end input[name=message]');
    if (message) form.elements.message.value = message.value;
  }

  async function* events(body) {
    const reader = body.pipeThrough(new TextDecoderStream()).getReader();
    let rest = '';
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return;
      rest += value;
      for (let i = rest.indexOf('\n\n'); i >= 0; i = rest.indexOf('\n\n')) {
        const [, name, data] = /^event: (\w+)\ndata: (.*)$/s.exec(rest.slice(0, i)) || [];
        rest = rest.slice(i + 2);
        if (name) yield [name, JSON.parse(data)];
      }
    }
  }

  let next = false, sends = 0; // next: something was sent while the program spoke
  form.addEventListener('submit', async (ev) => {
    const said = text.value.trim();
    if (busy) { ev.preventDefault(); next = true; return; }
    if (!said) return; // an empty one is the server's to explain
    ev.preventDefault();
    busy = true;
    tell('');
    const body = new URLSearchParams(new FormData(form));
    body.set('do', 'say');
    bubble('you', said);
    text.value = '';
    let answer = null, kept = false;
    try {
      const res = await fetch(form.action, { method: 'POST', body, headers: { Accept: 'text/event-stream' } });
      if (!res.ok) throw new Error(res.status);
      for await (const [name, data] of events(res.body)) {
        if (name === 'piece') { answer ||= bubble('program', ''); answer.textContent += data; }
        if (name === 'end' || name === 'failed') kept = true;
        if (name === 'failed' || name === 'problem') tell(data);
      }
    } catch {
      text.value = said;
      form.submit(); // with the same message id: it is kept once
      return;
    }
    busy = false;
    form.elements.message.value = body.get('message') + '-' + ++sends; // until the page gives another one
    if (!kept && !text.value) text.value = said;
    await news().catch(() => {});
    text.focus();
    if (next) { next = false; form.requestSubmit(); }
  });

  setInterval(() => { if (!busy && !document.hidden) news().catch(() => {}); }, 2500);
})();
