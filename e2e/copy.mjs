// Words that AI wrote: who asked for them can't approve them, somebody else
// reads them with their findings and does, and a tool asks before it sends them.
import { base, browser, check, must, look } from './lib.mjs';

async function signedIn(role) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, bypassCSP: true });
  const page = await context.newPage();
  await page.goto(base + '/console/sign-in');
  await page.click(`button[value=${role}]`);
  return page;
}

export async function copyWalk() {
  const admin = await signedIn('administrator');
  await admin.goto(base + '/console/settings');
  await admin.fill('#f-name', 'the mail tool');
  await admin.check('input[value="decide"]');
  await admin.check('input[value="record:read"]');
  await admin.click('button:has-text("Make a key")');
  const key = (await admin.locator('.note code').first().textContent()).trim();
  const ask = async (path, body) => {
    const r = await fetch(base + path, { method: body ? 'POST' : 'GET', headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' }, body: body && JSON.stringify(body) });
    return { http: r.status, ...await r.json() };
  };
  let draft = '', words = '', decision = '';
  await check('what a copywriting system answers waits, and who asked can’t approve it', async () => {
    await admin.goto(base + '/console/prompts');
    await admin.selectOption('#f-try_system', 'copywriter');
    await admin.fill('#f-prompt', 'Write a line for spring, climate neutral.');
    await admin.click('button:has-text("Send it through the path")');
    decision = await admin.locator('a[href*="/console/decisions/dec_"]').first().getAttribute('href');
    await admin.goto(base + decision);
    must((await admin.textContent('main')).includes('people must approve them'), 'the decision says nothing of an approval');
    await admin.goto(base + '/console/copy');
    await admin.locator('tr', { hasText: 'somebody else must approve' }).locator('a').first().click();
    draft = new URL(admin.url()).pathname;
    words = await admin.locator('blockquote').textContent();
    must(await admin.locator('button[value=approved]').count() === 0, 'who asked sees a button to approve');
  });
  await check('the demo’s marketer may read and change, but not approve', async () => {
    const m = await signedIn('marketer');
    await m.goto(base + draft);
    must(await m.locator('button[value=approved]').count() === 0 && await m.locator('button[value=changed]').count() === 1, 'the wrong buttons');
    await m.context().close();
  });
  await check('unapproved words are refused by a code that a tool can rely on', async () => {
    const a = await ask('/v1/copy/check', { system: 'copywriter', text: words });
    must(a.status === 'waiting' && a.may_use === false && a.needs === 1, JSON.stringify(a));
    const r = await fetch(base + '/v1/disclosures/render', { method: 'POST', headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' }, body: JSON.stringify({ decision: decision.split('/').pop(), text: words }) });
    const b = await r.json();
    must(r.status === 409 && b.error.code === 'unapproved_copy', `${r.status} ${JSON.stringify(b)}`);
  });
  const reviewer = await signedIn('reviewer');
  await reviewer.goto(base + draft);
  for (const width of [1280, 320]) {
    await reviewer.setViewportSize({ width, height: 900 });
    await look(reviewer, 'a text that waits', width);
  }
  await check('the findings stand beside the words, and sending back asks why', async () => {
    must((await reviewer.locator('section:has(#f)').textContent()).includes('climate neutral'), 'no finding beside the text');
    await reviewer.click('button[value=returned]');
    must(await reviewer.locator('.summary').count() === 1 && (await reviewer.locator('#e-said').textContent()).includes('missing or wrong'), 'no error beside the field');
  });
  await check('somebody else approves by keyboard, and the very words may be used', async () => {
    await reviewer.locator('button[value=approved]').focus();
    await reviewer.keyboard.press('Enter');
    await reviewer.waitForURL(/\/console\/copy$/);
    await reviewer.goto(base + draft);
    must((await reviewer.textContent('h1')).includes('may be used'), await reviewer.textContent('h1'));
    const a = await ask('/v1/copy/check', { system: 'copywriter', text: words });
    must(a.may_use === true && a.approved === 1, JSON.stringify(a));
    const b = await ask('/v1/copy/check', { decision: decision.split('/').pop(), text: words.replace('s', 'S') });
    must(b.may_use === false && b.needs === 1, JSON.stringify(b));
  });
  await check('changed words wait anew, and those of the demo are sent back with a reason', async () => {
    await reviewer.fill('#f-text', words + ' And more.');
    await reviewer.click('button[value=changed]');
    must((await reviewer.textContent('h1')).includes('May this text'), 'no new draft');
    must(await reviewer.locator('button[value=approved]').count() === 0, 'who changed it may approve it');
    await reviewer.goto(base + '/console/copy');
    await reviewer.locator('tr', { hasText: 'Demo marketer' }).locator('a').first().click();
    await reviewer.fill('#f-said', 'Is it sustainable?');
    await reviewer.click('button[value=returned]');
    must((await reviewer.textContent('main')).includes('sent back'), 'it isn’t listed as sent back');
  });
  for (const width of [1280, 320]) {
    await reviewer.setViewportSize({ width, height: 900 });
    await look(reviewer, 'the list of copy', width);
  }
  await check('the list for tools names no words', async () => {
    const l = await ask('/v1/copy/drafts?state=answered');
    must(l.http === 200 && l.drafts.length >= 2 && !JSON.stringify(l).includes(words), JSON.stringify(l).slice(0, 200));
  });
  await reviewer.context().close();
  await admin.context().close();
}
