// The real SDKs, unmodified but for the base URL, against a gateway whose
// vendor runs in this very process.
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Anthropic from '@anthropic-ai/sdk';
import OpenAI from 'openai';
import { vendor } from './vendor.mjs';

const bin = process.argv[2];
const dir = mkdtempSync(join(tmpdir(), 'fairtouch-e2e-'));
const v = await vendor();
const env = { ...process.env, FAIRTOUCH_OPENAI_URL: `${v.url}/v1`, FAIRTOUCH_ANTHROPIC_URL: v.url, FAIRTOUCH_ALLOW_HOSTS: '127.0.0.1' };
const server = spawn(bin, ['--data', dir, 'demo', '--rows', '50', '--listen', '127.0.0.1:0'], { env });
let log = '';
const url = await new Promise((ready, fail) => {
  const see = (d) => { log += d; const m = log.match(/Listening on (http:\S+)/); if (m) ready(m[1]); };
  server.stdout.on('data', see);
  server.stderr.on('data', see);
  server.on('exit', () => fail(new Error(log)));
});
const cli = (input, ...args) => execFileSync(bin, ['--data', dir, '--workspace', 'demo', ...args], { env, input, encoding: 'utf8' }).trim();

let n = 0;
const tests = [];
const test = (name, f) => tests.push([name, f]);

try {
  cli(JSON.stringify({ system: 'chat', providers: ['openai', 'anthropic'], models: ['*'], tools: ['look_up_order'], locale: 'en', facts: { country: 'PT', minor: false, business: false, first_contact: false, 'use.sells_or_shares': false } }), 'gateway', 'bind', '-');
  const key = JSON.parse(cli('', '--json', 'keys', 'create', '--scopes', 'decide,record:read,consent:write'));
  cli(JSON.stringify({ key: key.id, systems: ['chat'] }), 'gateway', 'limit', '-');
  await new Promise((r) => setTimeout(r, 1100));
  const openai = new OpenAI({ apiKey: key.key, baseURL: `${url}/openai/v1` });
  const anthropic = new Anthropic({ apiKey: key.key, baseURL: `${url}/anthropic` });
  const who = 'Jane Doe, jane.doe@example.org';
  const user = 'e2e-jane-1';
  const tool = { type: 'function', function: { name: 'look_up_order', parameters: { type: 'object', properties: { to: { type: 'string' } } } } };
  const last = () => v.got.at(-1);
  const clean = () => assert.ok(!/Jane|example\.org|e2e-jane/.test(last().body), `a value left: ${last().body}`);

  test('chat, plain', async () => {
    const { data, response } = await openai.chat.completions.create({ model: 'm', user, messages: [{ role: 'user', content: who }] }).withResponse();
    assert.equal(data.choices[0].message.content, `You said: ${who}`);
    assert.ok(response.headers.get('x-fairtouch-decision').startsWith('dec_') && response.headers.get('x-fairtouch-disclosure'));
    clean();
    const rec = await fetch(`${url}/v1/receipts/${response.headers.get('x-fairtouch-receipt')}`, { headers: { authorization: `Bearer ${key.key}` } });
    assert.equal(rec.status, 200);
  });
  test('the person reads why', async () => {
    const { response } = await openai.chat.completions.create({ model: 'm', user, messages: [{ role: 'user', content: who }] }).withResponse();
    for (const h of ['x-fairtouch-why', 'x-fairtouch-human']) {
      const page = await fetch(response.headers.get(h));
      assert.equal(page.status, 200, h);
      assert.ok(!(await page.text()).includes('jane.doe'));
    }
  });
  test('chat, streamed', async () => {
    let text = '', finish, usage;
    for await (const c of await openai.chat.completions.create({ model: 'm', user, stream: true, stream_options: { include_usage: true }, messages: [{ role: 'user', content: who }] })) {
      text += c.choices[0]?.delta.content ?? '';
      finish ??= c.choices[0]?.finish_reason;
      usage ??= c.usage;
    }
    assert.equal(text, `You said: ${who}`);
    assert.equal(finish, 'stop');
    assert.equal(usage.total_tokens, 7);
    clean();
  });
  test('chat, the stream helper', async () => {
    const done = await openai.chat.completions.stream({ model: 'm', user, messages: [{ role: 'user', content: who }] }).finalChatCompletion();
    assert.equal(done.choices[0].message.content, `You said: ${who}`);
  });
  for (const stream of [false, true]) {
    test(`chat, tools, stream ${stream}`, async () => {
      const args = stream
        ? (await openai.chat.completions.stream({ model: 'm', user, tools: [tool], messages: [{ role: 'user', content: who }] }).finalChatCompletion()).choices[0].message.tool_calls[0].function.arguments
        : (await openai.chat.completions.create({ model: 'm', user, tools: [tool], messages: [{ role: 'user', content: who }] })).choices[0].message.tool_calls[0].function.arguments;
      assert.deepEqual(JSON.parse(args), { to: who });
      clean();
    });
  }
  test('chat, a picture and JSON mode', async () => {
    const data = `data:image/png;base64,${'iVBORw0KGgo'.repeat(100)}`;
    const r = await openai.chat.completions.create({ model: 'm', user, response_format: { type: 'json_object' }, messages: [{ role: 'user', content: [{ type: 'text', text: who }, { type: 'image_url', image_url: { url: data } }] }] });
    assert.ok(r.choices[0].message.content.includes('jane.doe@example.org'));
    assert.ok(last().body.includes(data));
    clean();
  });
  test('responses, plain, streamed, and with tools', async () => {
    assert.equal((await openai.responses.create({ model: 'm', safety_identifier: user, input: who })).output_text, `You said: ${who}`);
    clean();
    let text = '', done, seq = -1;
    for await (const e of await openai.responses.create({ model: 'm', safety_identifier: user, stream: true, input: [{ role: 'user', content: who }] })) {
      assert.equal(e.sequence_number, ++seq);
      if (e.type === 'response.output_text.delta') text += e.delta;
      if (e.type === 'response.completed') done = e.response;
    }
    assert.equal(text, `You said: ${who}`);
    assert.equal(done.output[0].content[0].text, text);
    const final = await openai.responses.stream({ model: 'm', safety_identifier: user, tools: [{ type: 'function', ...tool.function, strict: false }], input: who }).finalResponse();
    assert.deepEqual(JSON.parse(final.output[0].arguments), { to: who });
    clean();
  });
  test('embeddings and models', async () => {
    assert.equal((await openai.embeddings.create({ model: 'e', user, input: who, encoding_format: 'float' })).data[0].embedding.length, 2);
    clean();
    assert.ok((await openai.models.list()).data.length >= 1);
    assert.ok((await anthropic.models.list()).data.length >= 1);
  });
  test('messages, plain, streamed, with tools, counted', async () => {
    const ask = { model: 'c', max_tokens: 99, metadata: { user_id: user }, messages: [{ role: 'user', content: who }] };
    assert.equal((await anthropic.messages.create(ask)).content[0].text, `You said: ${who}`);
    clean();
    const s = anthropic.messages.stream(ask);
    assert.equal(await s.finalText(), `You said: ${who}`);
    assert.equal((await s.finalMessage()).stop_reason, 'end_turn');
    const tools = [{ name: 'look_up_order', input_schema: tool.function.parameters }];
    assert.deepEqual((await anthropic.messages.create({ ...ask, tools })).content[0].input, { to: who });
    const m = await anthropic.messages.stream({ ...ask, tools }).finalMessage();
    assert.deepEqual(m.content[0].input, { to: who });
    assert.equal((await anthropic.messages.countTokens({ model: 'c', messages: ask.messages }, { headers: { 'X-Fairtouch-Subject': user } })).input_tokens, 42);
    clean();
  });
  test('a refusal makes one request and none to the vendor', async () => {
    const no = 'e2e-objected';
    const r = await fetch(`${url}/v1/consents`, { method: 'POST', headers: { authorization: `Bearer ${key.key}`, 'content-type': 'application/json' },
      body: JSON.stringify({ external_id: no, events: [{ scope: { purpose: '*', system: '*', channel: '*' }, state: 'ObjectionMade', actor: 'self' }] }) });
    assert.equal(r.status, 201, await r.text());
    const before = v.got.length;
    let requests = 0;
    const counting = (u, o) => { requests++; return fetch(u, o); };
    for (const stream of [false, true]) {
      requests = 0;
      const oa = new OpenAI({ apiKey: key.key, baseURL: `${url}/openai/v1`, fetch: counting });
      await assert.rejects(oa.chat.completions.create({ model: 'm', user: no, stream, messages: [{ role: 'user', content: 'hi' }] }), (e) => e instanceof OpenAI.PermissionDeniedError && e.status === 403 && e.code && e.requestID.startsWith('req_'));
      assert.equal(requests, 1);
      requests = 0;
      const an = new Anthropic({ apiKey: key.key, baseURL: `${url}/anthropic`, fetch: counting });
      await assert.rejects(an.messages.create({ model: 'c', max_tokens: 9, stream, metadata: { user_id: no }, messages: [{ role: 'user', content: 'hi' }] }), (e) => e instanceof Anthropic.PermissionDeniedError && e.requestID.startsWith('req_'));
      assert.equal(requests, 1);
    }
    assert.equal(v.got.length, before);
  });
  test("the vendor's own errors and retries stay the SDK's", async () => {
    const before = v.got.length;
    await assert.rejects(openai.chat.completions.create({ model: 'm', user, messages: [{ role: 'user', content: 'fail with 400' }] }), (e) => e instanceof OpenAI.BadRequestError && e.message.includes('no such parameter'));
    assert.equal(v.got.length, before + 1);
    await assert.rejects(openai.chat.completions.create({ model: 'm', user, messages: [{ role: 'user', content: 'fail with 500' }] }, { maxRetries: 1 }), OpenAI.InternalServerError);
    assert.equal(v.got.length, before + 3);
  });
  test('a request that is sent again with its key is answered once, whatever the SDK retries', async () => {
    const chat = (headers, content = who) => openai.chat.completions.create({ model: 'm', user, messages: [{ role: 'user', content }] }, { headers });
    let before = v.got.length;
    const headers = { 'Idempotency-Key': 'e2e-chat' };
    const [a, b] = await Promise.all([chat(headers), chat(headers)]); // the second is told to wait, and its SDK does
    assert.deepEqual(a, b);
    assert.equal(v.got.length, before + 1);
    await assert.rejects(chat(headers, 'another question'), (e) => e instanceof OpenAI.ConflictError && e.code === 'idempotency_key_reused');
    assert.equal(v.got.length, before + 1);
    const ask = () => anthropic.messages.create({ model: 'c', max_tokens: 9, metadata: { user_id: user }, messages: [{ role: 'user', content: who }] }, { headers: { 'Idempotency-Key': 'e2e-messages' } });
    before = v.got.length;
    assert.deepEqual(await ask(), await ask());
    assert.equal(v.got.length, before + 1);
    before = v.got.length;
    await assert.rejects(openai.chat.completions.create({ model: 'm', user, messages: [{ role: 'user', content: 'fail with 500' }] }, { maxRetries: 1, headers: { 'Idempotency-Key': 'e2e-fail' } }), OpenAI.InternalServerError);
    assert.equal(v.got.length, before + 2, 'a failure must be asked again');
  });
  test('a kept answer is gone on with by the same person alone, and its values come back', async () => {
    const first = await openai.responses.create({ model: 'm', user, input: who });
    const alias = last().body.match(/<EMAIL_[A-Z0-9]+>/)[0];
    const next = await openai.responses.create({ model: 'm', user, input: 'again, please', previous_response_id: first.id });
    assert.ok(next.output_text.includes('again, please') && !next.output_text.includes(alias));
    const before = v.got.length;
    await assert.rejects(openai.responses.create({ model: 'm', user: 'e2e-john-2', input: 'hi', previous_response_id: first.id }), OpenAI.BadRequestError);
    await assert.rejects(openai.responses.create({ model: 'm', user, input: 'hi', previous_response_id: 'resp_of_nobody' }), OpenAI.BadRequestError);
    assert.equal(v.got.length, before);
  });
  test('leaving a stream lets the vendor go', async () => {
    for (const start of [
      () => openai.chat.completions.create({ model: 'm', user, stream: true, messages: [{ role: 'user', content: 'slow' }] }),
      () => anthropic.messages.create({ model: 'c', max_tokens: 9, stream: true, metadata: { user_id: user }, messages: [{ role: 'user', content: 'slow' }] }),
    ]) {
      const before = v.gone.length;
      for await (const c of await start()) if (c.choices?.[0]?.delta.content || c.type === 'content_block_delta') break;
      const left = Date.now();
      while (v.gone.length === before && Date.now() - left < 3000) await new Promise((r) => setTimeout(r, 5));
      assert.equal(v.gone.length, before + 1);
      assert.ok(v.gone.at(-1) - left <= 100, `the vendor worked on for ${v.gone.at(-1) - left} ms`);
    }
  });
  test('what is not governed is refused', async () => {
    await assert.rejects(openai.files.list(), OpenAI.NotFoundError);
    await assert.rejects(openai.completions.create({ model: 'm', prompt: 'x' }), OpenAI.NotFoundError);
  });

  for (const [name, f] of tests) {
    await f();
    n++;
    console.log(`ok ${n} ${name}`);
  }
  assert.match(cli('', 'record', 'verify'), /ok$/);
  console.log(`ok ${n + 1} the record verifies`);
  const raw = /jane\.doe@example\.org|Jane Doe|e2e-jane-1/;
  assert.ok(!raw.test(log), 'the log holds a value');
  for (const f of readdirSync(dir, { recursive: true, withFileTypes: true })) {
    if (f.isFile()) assert.ok(!raw.test(readFileSync(join(f.parentPath ?? f.path, f.name), 'latin1')), `${f.name} holds a value`);
  }
  console.log(`ok ${n + 2} no value lies in the data directory or the log`);
} catch (e) {
  console.error(e);
  console.error(log);
  process.exitCode = 1;
} finally {
  server.removeAllListeners('exit');
  server.kill();
  v.server.close();
  v.server.closeAllConnections();
  await new Promise((r) => server.once('exit', r));
  rmSync(dir, { recursive: true, force: true });
}
