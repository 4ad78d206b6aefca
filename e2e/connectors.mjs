// A privacy officer connects another system, tries it, switches it off and on,
// and forgets it: by keyboard, without JavaScript. Its key is shown nowhere.
import { base, browser, check, must, visit, look } from './lib.mjs';

const key = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';

// to tabs to what a selector finds.
async function to(page, selector) {
  for (let i = 0; i < 80; i++) {
    if (await page.locator(`${selector}:focus`).count() === 1) return;
    await page.keyboard.press('Tab');
  }
  throw new Error(`${selector} can't be reached by the Tab key`);
}
async function write(page, selector, text) { await to(page, selector); await page.keyboard.type(text); }
async function press(page, selector) { await to(page, selector); await Promise.all([page.waitForNavigation(), page.keyboard.press('Enter')]); }

async function enter(context, role) {
  const page = await context.newPage();
  await page.goto(base + '/console/sign-in');
  await page.click(`button[value=${role}]`);
  return page;
}

export async function connectorsWalk() {
  const plain = await browser.newContext({ javaScriptEnabled: false, viewport: { width: 390, height: 800 } });
  const page = await enter(plain, 'privacy_officer');
  const name = `help-desk ${Date.now() % 100000}`;
  await check('a webhook without a key is refused beside its field, and what was typed stays', async () => {
    await page.goto(base + '/console/connectors');
    await press(page, 'a[href="/console/connectors/new"]');
    await to(page, '#f-kind');
    await page.keyboard.type('Signed');
    await write(page, '#f-name', name);
    await write(page, '#f-url', 'https://help.example/privacy');
    await press(page, 'form[action="/console/connectors/new"] button');
    must(await page.locator('#e-key').count() === 1 && (await page.title()).startsWith('Error:'), 'no error at the key');
    must(await page.inputValue('#f-name') === name && await page.inputValue('#f-kind') === 'webhook', 'what was typed is lost');
  });
  await check('connected: its page shows settings, and no key', async () => {
    await write(page, '#f-key', key);
    await press(page, 'form[action="/console/connectors/new"] button');
    must(page.url().includes('/console/connectors/of/'), page.url());
    must(!(await page.content()).includes('MfKQ9r8GKYqr'), 'the key is on the page');
    must((await page.locator('h1').textContent()).includes('in use'), await page.locator('h1').textContent());
  });
  const at = page.url();
  await check('trying it asks the system and changes nothing', async () => {
    await write(page, '#f-external_id', 'somebody');
    await press(page, 'form[action$="/try"] button');
    must(await page.locator('[role=status] table tbody tr').count() >= 1, 'no result');
  });
  await check('a second one of the same name replaces nothing', async () => {
    await page.goto(base + '/console/connectors/new');
    await to(page, '#f-kind');
    await page.keyboard.type('Signed');
    await write(page, '#f-name', name);
    await write(page, '#f-url', 'https://elsewhere.example/');
    await write(page, '#f-key', key);
    await press(page, 'form[action="/console/connectors/new"] button');
    must(await page.locator('#e-name').count() === 1, 'it was taken');
  });
  await check('a key does not go to another address', async () => {
    await page.goto(at);
    await to(page, '#f-url');
    await page.keyboard.press('Control+A');
    await page.keyboard.type('https://elsewhere.example/');
    await press(page, 'form:not([action$="/try"]):not([action$="/switch"]):not([action$="/forget"]):has(#f-url) button');
    must(await page.locator('#e-key').count() === 1, 'the old key was kept for a new address');
  });
  await check('switched off and on again', async () => {
    await page.goto(at);
    await press(page, 'button[value=off]');
    must((await page.locator('h1').textContent()).includes('switched off'), 'still on');
    await page.goto(base + '/console/connectors');
    must((await page.locator(`tr:has-text("${name}")`).textContent()).includes('switched off'), 'the list says otherwise');
    await page.goto(at);
    await press(page, 'button[value=on]');
    must((await page.locator('h1').textContent()).includes('in use'), 'still off');
  });
  for (const width of [1280, 320]) {
    const wide = await browser.newContext({ viewport: { width, height: 900 }, bypassCSP: true });
    const staff = await enter(wide, 'privacy_officer');
    await visit(staff, '/console/connectors', 'connectors', width);
    await visit(staff, '/console/connectors/new', 'a new connector', width);
    await visit(staff, at, 'a connector', width);
    await staff.goto(base + '/console/requests');
    if (await staff.locator('td a').count() > 0) {
      await staff.locator('td a').first().click();
      await look(staff, 'a request', width);
    }
    await wide.close();
  }
  await check('in German', async () => {
    const de = await browser.newContext({ locale: 'de', viewport: { width: 390, height: 800 } });
    const staff = await enter(de, 'privacy_officer');
    for (const p of [base + '/console/connectors', base + '/console/connectors/new', at]) {
      await staff.goto(p);
      const english = await staff.locator('main span[lang=en]:not([translate=no])').allTextContents();
      must(english.length === 0, `${p}: ${english.join('; ').slice(0, 200)}`);
    }
    await de.close();
  });
  await check('forgotten only when the box is ticked', async () => {
    await page.goto(at);
    await press(page, 'form[action$="/forget"] button');
    must(await page.locator('#e-sure').count() === 1, 'forgotten without the box');
    await to(page, '#f-sure');
    await page.keyboard.press('Space');
    await press(page, 'form[action$="/forget"] button');
    must(!(await page.content()).includes(name), 'it is still there');
  });
  await check('a reviewer sees no connectors', async () => {
    const c = await browser.newContext();
    const staff = await enter(c, 'reviewer');
    const r = await staff.goto(base + '/console/connectors');
    must(r.status() === 403, `status ${r.status()}`);
    await c.close();
  });
  await plain.close();
}
