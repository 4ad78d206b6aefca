// A whole life with the company, by keyboard alone: asked, agreed, scored, told
// why, chatted with a program and then a person, withdrew, objected, downloaded,
// was erased. At 320 px without JavaScript, and with it at 400 % of 1280 px.
import { base, browser, check, must, look } from './lib.mjs';

// tabTo presses Tab until what is focused matches; nothing is clicked in here.
async function tabTo(page, selector) {
  for (let i = 0; i < 120; i++) {
    if (await page.locator(`${selector}`).evaluateAll(all => all.includes(document.activeElement))) return;
    await page.keyboard.press('Tab');
  }
  throw new Error(`the Tab key doesn't reach ${selector}`);
}

async function press(page, selector) {
  await tabTo(page, selector);
  await enter(page);
}

// enter presses Enter and waits for the page that comes.
async function enter(page) {
  const next = page.waitForNavigation();
  await page.keyboard.press('Enter');
  await next;
}

// choose picks a radio button of a group by the arrow keys.
async function choose(page, name, value) {
  await tabTo(page, `input[name="${name}"]`);
  for (let i = 0; i < 40; i++) {
    const now = await page.evaluate(() => document.activeElement.value);
    if (now === value) { await page.keyboard.press('Space'); return; }
    await page.keyboard.press('ArrowDown');
  }
  throw new Error(`no ${value} among ${name}`);
}

async function type(page, selector, text) {
  await tabTo(page, selector);
  await page.keyboard.type(text);
}

// company makes a key of the company's, and decides with it.
async function company() {
  const staff = await (await browser.newContext({ javaScriptEnabled: false })).newPage();
  await staff.goto(base + '/console/sign-in');
  await staff.click('button[value=administrator]');
  await staff.goto(base + '/console/settings');
  await staff.fill('#f-name', 'A life');
  await staff.check('input[name=scope][value=decide]');
  await staff.click('button:has-text("Make a key")');
  const key = (await staff.locator('main').textContent()).match(/ft_[A-Za-z0-9_-]{20,}/)[0];
  await staff.context().close();
  return async id => {
    const r = await fetch(base + '/v1/decisions', { method: 'POST', headers: { Authorization: `Bearer ${key}`, 'Content-Type': 'application/json' },
      body: JSON.stringify({ system: 'lead-scorer', subject: { external_id: id }, purpose: 'lead-scoring', channel: 'call', locale: 'en',
        facts: { country: 'DE', minor: false, business: false, first_contact: false },
        features: { job: 'management', education: 'tertiary', default: 'no', balance: 2143, housing: 'yes', loan: 'no', contact: 'cellular', day: 5, month: 'may',
          campaign: 1, pdays: -1, previous: 0, poutcome: 'unknown', age: 58 } }) });
    const d = await r.json();
    must(r.status === 200, `${r.status} ${JSON.stringify(d).slice(0, 200)}`);
    return d;
  };
}

// carryOut is the privacy officer's part: an erasure destroys what nobody can
// bring back, so a person starts it.
async function carryOut() {
  const officer = await (await browser.newContext({ javaScriptEnabled: false })).newPage();
  await officer.goto(base + '/console/sign-in');
  await officer.click('button[value=privacy_officer]');
  for (;;) {
    await officer.goto(base + '/console/requests');
    const open = officer.locator('tr', { hasText: 'Erase everything' }).filter({ hasText: 'may be carried out' });
    if (await open.count() === 0) break;
    await open.first().locator('a').first().click();
    await officer.check('#f-sure');
    await officer.click('button:has-text("Carry it out")');
    must(await officer.locator('.summary').count() === 0, await officer.locator('main').textContent());
  }
  await officer.context().close();
}

const path = u => { const x = new URL(u); return base + x.pathname + x.search; };

async function life(decide, js, viewport, tag) {
  const id = `life-${Date.now()}-${js ? 'on' : 'off'}@example.com`;
  const context = await browser.newContext({ ...viewport, javaScriptEnabled: js, locale: 'en', acceptDownloads: true });
  const page = await context.newPage();
  page.setDefaultTimeout(15_000);
  const seen = async name => { // with scripts on, for axe; the person's own page stays as it is
    const twin = await (await browser.newContext({ ...viewport, bypassCSP: true, locale: 'en', storageState: await context.storageState() })).newPage();
    await twin.goto(page.url());
    await look(twin, `${name}, ${tag}`, 320, name === 'chat' ? 'chat' : '');
    await twin.context().close();
  };
  let d;
  await check(`nobody asked, so no AI is used, ${tag}`, async () => {
    d = await decide(id);
    must(d.verdict === 'deny' && d.alternative, JSON.stringify(d).slice(0, 200));
    await page.goto(path(d.disclosure.why_url));
    await seen('why not');
  });
  await check(`a notice is seen and agreed to, ${tag}`, async () => {
    await press(page, 'a[href*="/p/consent/"]');
    await seen('permissions');
    const rows = await page.locator('fieldset.ask').evaluateAll(all => all.map(f => f.id.slice(2)));
    must(rows.length > 0 && rows.length <= 5, `${rows.length} choices`);
    for (const row of rows) {
      await choose(page, `c-${row}`, 'yes');
      if (await page.locator(`#e-${row}`).count()) await type(page, `#e-${row}`, id);
    }
    await press(page, 'form.stack button.btn');
    must(await page.locator('[role=status]').count() === 1, await page.locator('main').textContent());
    await press(page, 'a[href*="/p/confirm/"]');
    await seen('a confirmation by mail');
    await press(page, 'main form button');
  });
  await check(`the person is scored and reads why, ${tag}`, async () => {
    d = await decide(id);
    must(d.verdict === 'allow' && d.outcome, `${d.verdict} ${JSON.stringify(d.checks.filter(c => c.verdict !== 'allow')).slice(0, 300)}`);
    await page.goto(path(d.disclosure.why_url));
    must(await page.locator('.reasons li').count() > 0, 'no reasons');
    await seen('why');
  });
  await check(`the bot answers and says what it is, ${tag}`, async () => {
    await press(page, 'a[href*="/p/human/"]');
    await press(page, 'a[href*="/p/chat/"]');
    await page.waitForURL(/\/p\/chat\//);
    must((await page.locator('#who').textContent()).includes('(AI)'), 'no disclosure');
    await type(page, '#f-text', 'What is my balance?');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.waitForLoadState();
    await page.locator('#log li.bot').first().waitFor();
    await seen('chat');
  });
  await check(`asking for a person silences it, ${tag}`, async () => {
    await page.locator('#f-text').waitFor();
    await type(page, '#f-text', 'I want to talk to a human');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.locator('#who', { hasText: /You are number|Nobody is here now/ }).waitFor();
  });
  await check(`a withdrawal stops the very next use, ${tag}`, async () => {
    await page.goto(path(d.disclosure.why_url));
    await press(page, 'a[href*="/p/consent/"]');
    const rows = await page.locator('fieldset.ask').evaluateAll(all => all.map(f => f.id.slice(2)));
    for (const row of rows) await choose(page, `c-${row}`, 'no');
    await press(page, 'form.stack button.btn');
    const next = await decide(id);
    must(next.verdict === 'deny' && !next.outcome, next.verdict);
  });
  await check(`an objection brings silence, ${tag}`, async () => {
    await page.goto(path(d.disclosure.why_url));
    await press(page, 'button[value=all]');
    await seen('stopped');
    const next = await decide(id);
    must(next.verdict === 'deny' && next.alternative === null, JSON.stringify(next.alternative));
  });
  const ask = async kind => {
    await page.goto(path(d.disclosure.why_url));
    await press(page, 'a[href*="/p/rights/"]');
    await choose(page, 'kind', kind);
    await press(page, 'form.stack:has(#f-kind) button.btn');
  };
  await check(`the person downloads what is held, after a code, ${tag}`, async () => {
    await ask('access');
    await seen('a request');
    await press(page, 'form[action*="/code"] button');
    const code = await page.locator('.note .mono').textContent();
    await type(page, '#f-code', code);
    await enter(page);
    await tabTo(page, 'form[action*="/answer"] button');
    const got = page.waitForEvent('download');
    await page.keyboard.press('Enter');
    const file = await got;
    const { readFileSync } = await import('node:fs');
    const text = readFileSync(await file.path(), 'utf8');
    must(text.includes(d.id), 'the decision is not in it');
  });
  await check(`the person is erased, ${tag}`, async () => {
    await ask('erasure');
must((await page.locator('main').innerText()).includes('Erase everything about me'), 'not asked');
    await carryOut();
    const gone = await page.goto(path(d.disclosure.why_url));
    must(gone.status() === 410 || gone.status() === 404, `status ${gone.status()}`);
    await seen('gone');
    const again = await decide(id);
    must(again.verdict === 'deny', 'known again');
  });
  await context.close();
}

export async function lifeWalk() {
  const decide = await company();
  await life(decide, false, { viewport: { width: 320, height: 800 } }, 'without JavaScript at 320 px');
  await life(decide, true, { viewport: { width: 320, height: 256 }, deviceScaleFactor: 4 }, 'with JavaScript at 400 %');
}
