// A vendor that runs on this machine: it keeps what reaches it, and answers in
// OpenAI's and Anthropic's shapes as the last user's text asks.
import { createServer } from 'node:http';

export function vendor() {
  const got = [];
  const gone = [];
  const server = createServer((req, res) => {
    let body = '';
    req.on('data', (d) => (body += d));
    req.on('end', () => {
      got.push({ path: req.url, headers: req.headers, body });
      res.on('close', () => { if (!res.writableFinished) gone.push(Date.now()); });
      answer(req.url, JSON.parse(body), res);
    });
  });
  return new Promise((ready) => server.listen(0, '127.0.0.1', () => ready({ got, gone, server, url: `http://127.0.0.1:${server.address().port}` })));
}

const json = (res, status, v) => { res.writeHead(status, { 'content-type': 'application/json' }); res.end(JSON.stringify(v)); };
const texts = (v) => typeof v === 'string' ? v : Array.isArray(v) ? v.map((x) => texts(x.content ?? x.text ?? '')).join(' ') : '';
const chunks = (s) => s.match(/[\s\S]{1,3}/g) ?? [];

function answer(path, q, res) {
  const said = texts(q.messages ?? q.input);
  if (said.includes('fail with 400')) return json(res, 400, { error: { message: 'no such parameter', type: 'invalid_request_error', param: 'x', code: null } });
  if (said.includes('fail with 500')) return json(res, 500, { error: { message: 'down', type: 'server_error', param: null, code: null } });
  const args = JSON.stringify({ to: said });
  if (path.endsWith('/embeddings')) return json(res, 200, { object: 'list', model: q.model, data: [{ object: 'embedding', index: 0, embedding: [0.5, 0.25] }], usage: { prompt_tokens: 1, total_tokens: 1 } });
  if (path.endsWith('/count_tokens')) return json(res, 200, { input_tokens: 42 });
  if (path.endsWith('/chat/completions')) return chat(q, said, args, res);
  if (path.endsWith('/responses')) return responses(q, said, args, res);
  return messages(q, said, args, res);
}

let kept = 0; // answers that this vendor keeps

async function drip(res, events, slow) {
  res.writeHead(200, { 'content-type': 'text/event-stream' });
  for (const [name, data] of events) {
    if (res.destroyed) return;
    res.write((name ? `event: ${name}\n` : '') + `data: ${typeof data === 'string' ? data : JSON.stringify(data)}\n\n`);
    if (slow) await new Promise((r) => setTimeout(r, 20));
  }
  res.end();
}

function chat(q, said, args, res) {
  const head = { id: 'chatcmpl-1', created: 1, model: q.model };
  const usage = { prompt_tokens: 3, completion_tokens: 4, total_tokens: 7 };
  const call = { id: 'call_1', type: 'function', function: { name: q.tools?.[0].function.name, arguments: args } };
  if (!q.stream) {
    return json(res, 200, { ...head, object: 'chat.completion', usage, choices: [{ index: 0, logprobs: null, finish_reason: q.tools ? 'tool_calls' : 'stop',
      message: q.tools ? { role: 'assistant', content: null, refusal: null, tool_calls: [call] } : { role: 'assistant', content: `You said: ${said}`, refusal: null } }] });
  }
  const chunk = (delta, finish = null) => ['', { ...head, object: 'chat.completion.chunk', choices: [{ index: 0, delta, finish_reason: finish }] }];
  const deltas = q.tools
    ? [chunk({ role: 'assistant', content: null, tool_calls: [{ index: 0, id: 'call_1', type: 'function', function: { name: call.function.name, arguments: '' } }] }),
       ...chunks(args).map((a) => chunk({ tool_calls: [{ index: 0, function: { arguments: a } }] }))]
    : [chunk({ role: 'assistant', content: '' }), ...chunks(`You said: ${said.repeat(said.includes('slow') ? 200 : 1)}`).map((c) => chunk({ content: c }))];
  const tail = [chunk({}, q.tools ? 'tool_calls' : 'stop')];
  if (q.stream_options?.include_usage) tail.push(['', { ...head, object: 'chat.completion.chunk', choices: [], usage }]);
  drip(res, [...deltas, ...tail, ['', '[DONE]']], said.includes('slow'));
}

function messages(q, said, args, res) {
  const usage = { input_tokens: 3, output_tokens: 4 };
  const content = q.tools ? [{ type: 'tool_use', id: 'toolu_1', name: q.tools[0].name, input: JSON.parse(args) }] : [{ type: 'text', text: `You said: ${said}` }];
  const whole = { id: 'msg_1', type: 'message', role: 'assistant', model: q.model, content, stop_reason: q.tools ? 'tool_use' : 'end_turn', stop_sequence: null, usage };
  if (!q.stream) return json(res, 200, whole);
  const ev = (type, more) => [type, { type, ...more }];
  const pieces = chunks(q.tools ? args : `You said: ${said.repeat(said.includes('slow') ? 200 : 1)}`);
  drip(res, [ev('message_start', { message: { ...whole, content: [], stop_reason: null } }),
    ev('content_block_start', { index: 0, content_block: q.tools ? { ...content[0], input: {} } : { type: 'text', text: '' } }), ev('ping', {}),
    ...pieces.map((p) => ev('content_block_delta', { index: 0, delta: q.tools ? { type: 'input_json_delta', partial_json: p } : { type: 'text_delta', text: p } })),
    ev('content_block_stop', { index: 0 }), ev('message_delta', { delta: { stop_reason: whole.stop_reason, stop_sequence: null }, usage: { output_tokens: 4 } }), ev('message_stop', {})], said.includes('slow'));
}

function responses(q, said, args, res) {
  const text = `You said: ${said}`;
  const part = { type: 'output_text', text, annotations: [] };
  const item = q.tools
    ? { type: 'function_call', id: 'fc_1', call_id: 'call_1', name: q.tools[0].name, arguments: args, status: 'completed' }
    : { type: 'message', id: 'msg_1', role: 'assistant', status: 'completed', content: [part] };
  const id = `resp_${++kept}`;
  const whole = (status, output) => ({ id, object: 'response', created_at: 1, status, model: q.model, output, error: null, incomplete_details: null, instructions: null, metadata: {},
    parallel_tool_calls: true, temperature: 1, tool_choice: 'auto', tools: q.tools ?? [], top_p: 1, usage: { input_tokens: 3, output_tokens: 4, total_tokens: 7 } });
  if (!q.stream) return json(res, 200, whole('completed', [item]));
  const out = [];
  const ev = (type, more) => out.push([`response.${type}`, { type: `response.${type}`, sequence_number: out.length, ...more }]);
  const at = { item_id: item.id, output_index: 0 };
  ev('created', { response: whole('in_progress', []) });
  ev('output_item.added', { output_index: 0, item: q.tools ? { ...item, arguments: '' } : { ...item, content: [] } });
  if (q.tools) {
    for (const p of chunks(args)) ev('function_call_arguments.delta', { ...at, delta: p });
    ev('function_call_arguments.done', { ...at, arguments: args });
  } else {
    ev('content_part.added', { ...at, content_index: 0, part: { ...part, text: '' } });
    for (const p of chunks(text)) ev('output_text.delta', { ...at, content_index: 0, delta: p, logprobs: [] });
    ev('output_text.done', { ...at, content_index: 0, text, logprobs: [] });
    ev('content_part.done', { ...at, content_index: 0, part });
  }
  ev('output_item.done', { output_index: 0, item });
  ev('completed', { response: whole('completed', [item]) });
  drip(res, out, false);
}
