// kill -9 at full load, again and again: whatever a client was told is on
// record, and the record verifies. node kill.mjs BINARY [TIMES]
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const [bin, times = '10'] = process.argv.slice(2);
const dir = mkdtempSync(join(tmpdir(), 'fairtouch-kill-'));
const cli = (input, ...args) => execFileSync(bin, ['--data', dir, '--workspace', 'demo', ...args], { input, encoding: 'utf8', maxBuffer: 1 << 30 }).trim();

const start = () => new Promise((ready, fail) => {
  const p = spawn(bin, ['--data', dir, 'demo', '--rows', '20', '--listen', '127.0.0.1:0']);
  let log = '';
  const see = (d) => { log += d; const m = log.match(/Listening on (http:\S+)/); if (m) ready([p, m[1]]); };
  p.stdout.on('data', see);
  p.stderr.on('data', see);
  p.once('exit', (code) => code !== null && fail(new Error(log)));
});

const events = new Set(); // receipts that a client held in its hands
const whole = new Set(); // decisions whose answer came to its end

async function client(url, key, i, until) {
  for (let n = 0; !until.over; n++) {
    const stream = (n + i) % 2 === 0;
    try {
      const r = await fetch(`${url}/openai/v1/chat/completions`, { method: 'POST', headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json', 'x-fairtouch-system': 'chat' },
        body: JSON.stringify({ model: 'sandbox', user: `kill-${i}`, stream, messages: [{ role: 'user', content: `I am jane.doe${n}@example.org` }] }) });
      assert.equal(r.status, 200);
      events.add(r.headers.get('x-fairtouch-receipt'));
      const text = await r.text();
      if (stream ? text.endsWith('[DONE]\n\n') : JSON.parse(text).choices) whole.add(r.headers.get('x-fairtouch-decision'));
    } catch (e) {
      if (!until.over && e.code === 'ERR_ASSERTION') throw e;
    }
  }
}

try {
  let [server, url] = await start();
  const key = cli('', 'keys', 'create', '--scopes', 'decide');
  for (let round = 0; round < Number(times); round++) {
    const until = { over: false };
    const clients = Array.from({ length: 8 }, (_, i) => client(url, key, i, until));
    for (const n = whole.size; whole.size < n + 8; ) await new Promise((r) => setTimeout(r, 5)); // warm
    await new Promise((r) => setTimeout(r, 200 + Math.random() * 400));
    const dead = new Promise((r) => server.once('exit', r));
    server.kill('SIGKILL');
    until.over = true;
    await dead;
    await Promise.all(clients);
    [server, url] = await start();
  }
  const dead = new Promise((r) => server.once('exit', r));
  server.kill('SIGTERM');
  await dead;
  const kept = new Set(), closed = new Set();
  let opened = 0, ended = 0;
  for (const line of cli('', 'record', 'export').split('\n')) {
    const e = JSON.parse(line);
    kept.add(e.event);
    if (e.kind === 'opened') opened++;
    if (e.kind === 'interrupted') ended++;
    const d = e.payload?.body?.decision;
    if (e.kind === 'closed' && d) { closed.add(d.id); if (e.payload.body.content) ended++; }
  }
  const lost = [...events].filter((e) => !kept.has(e)).length + [...whole].filter((d) => !closed.has(d)).length;
  assert.equal(lost, 0, `${lost} acknowledged calls lack a record`);
  assert.ok(whole.size > 20 * Number(times), `only ${whole.size} calls came to their end: that was no load`);
  assert.equal(opened, ended, 'an opening has no end');
  assert.match(cli('', 'record', 'verify'), /ok$/);
  console.log(`ok ${times} kills, ${events.size} receipts held, ${whole.size} answers whole, 0 without a record`);
} finally {
  rmSync(dir, { recursive: true, force: true });
}
