// A visitor of a company's web site: the banner by keyboard alone, with
// JavaScript on and off, in Arabic, at 320 px, with the browser's signal, and
// with the server down; then the staff who see what was answered.
import { createServer } from 'node:http';
import { base, browser, check, must, look, visit } from './lib.mjs';

const banner = page => page.locator('#fairtouch');
const knows = page => page.locator('#state').textContent();
const demo = base + '/demo/site';

// press tabs to a control of the banner and presses a key on it.
async function press(page, text, key = 'Enter') {
  for (let i = 0; i < 20; i++) {
    await page.keyboard.press('Tab');
    const on = await page.evaluate(() => { const a = document.activeElement; const e = a && a.shadowRoot ? a.shadowRoot.activeElement : a; return e ? e.textContent : ''; });
    if (on === text) return page.keyboard.press(key);
  }
  throw new Error(`"${text}" can't be reached by the Tab key`);
}

export async function siteWalk() {
  for (const width of [1280, 320]) {
    const context = await browser.newContext({ viewport: { width, height: 800 }, bypassCSP: true, locale: 'en' });
    const page = await context.newPage();
    await page.goto(demo);
    await banner(page).locator('h2').waitFor();
    await check(`the banner has Reject in its first layer, as large as Allow, at ${width}`, async () => {
      const [no, yes] = await Promise.all(['Reject all', 'Allow all'].map(t => banner(page).locator(`button:has-text("${t}")`).evaluate(e => {
        const s = getComputedStyle(e), r = e.getBoundingClientRect();
        return { box: `${Math.round(r.width)}x${Math.round(r.height)}`, look: s.color + s.backgroundColor + s.fontSize + s.fontWeight + s.borderColor };
      })));
      must(no.box === yes.box && no.look === yes.look, JSON.stringify([no, yes]));
      must(await banner(page).locator('input:checked').count() === 0, 'something is ticked');
    });
    await check(`the banner scrolls only downwards at ${width}`, async () => {
      const over = await banner(page).locator('section').evaluate(e => e.scrollWidth - e.clientWidth);
      must(over <= 0, `sideways by ${over}`);
    });
    await page.evaluate(() => document.querySelectorAll('main script[type="text/plain"]').forEach(s => s.remove()));
    await page.evaluate(() => document.querySelectorAll('head script').forEach(s => s.remove())); // look() wants none; the demo site is the one page that has some
    await look(page, 'the banner', width);
    await context.close();
    const off = await browser.newContext({ viewport: { width, height: 800 }, bypassCSP: true, locale: 'ar' });
    const plain = await off.newPage();
    await plain.goto(demo);
    await visit(plain, await plain.locator('a[data-fairtouch]').getAttribute('href'), 'the choices as a page, in Arabic', width);
    await check('the page is written from right to left', async () => must(await plain.locator('html[dir=rtl][lang=ar]').count() === 1, 'not rtl'));
    await off.close();
  }

  const strict = await browser.newContext({ viewport: { width: 1000, height: 900 }, locale: 'en' }); // the site's own policy holds
  const page = await strict.newPage();
  const faults = [];
  page.on('console', m => { if (m.type() === 'error') faults.push(m.text()); });
  page.on('pageerror', e => faults.push(e.message));
  await check('by keyboard: choose one by one, and only what was allowed runs', async () => {
    await page.goto(demo);
    await banner(page).locator('h2').waitFor();
    must((await knows(page)).includes('site-statistics: no'), await knows(page));
    await press(page, 'Choose one by one');
    await page.keyboard.press('Tab'); // to the first pair
    await page.keyboard.press('ArrowRight'); // No to Yes
    must(await banner(page).locator('input[name=site-statistics][value=yes]').isChecked(), 'the first yes is not chosen');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Space');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Space');
    await press(page, 'Save my choices');
    await banner(page).locator('[role=status]').waitFor();
    await page.waitForFunction(() => document.querySelector('#tag').textContent.includes('has run'));
    must(await knows(page) === 'site-ads: no, site-offers: no, site-statistics: yes', await knows(page));
    await page.keyboard.press('Enter'); // the one button left has the focus
    must(await banner(page).count() === 0, 'the banner stays');
  });
  await check('Google Consent Mode: denied first, then what was allowed', async () => {
    const calls = await page.evaluate(() => window.dataLayer.map(a => JSON.parse(JSON.stringify([...a]))));
    must(calls[0][1] === 'default' && calls[0][2].ad_storage === 'denied' && calls[0][2].analytics_storage === 'denied', JSON.stringify(calls[0]));
    const last = calls[calls.length - 1];
    must(last[1] === 'update' && last[2].analytics_storage === 'granted' && last[2].ad_user_data === 'denied', JSON.stringify(last));
  });
  await check('the US national section says opted out', async () => {
    const r = await page.evaluate(() => new Promise(done => window.__gpp('ping', d => done(d))));
    must(r.gppString.startsWith('DB') && r.sectionList[0] === 7, JSON.stringify(r));
  });
  await check('the answer holds on the next page, and the choices open again by a link', async () => {
    await page.reload();
    await page.waitForFunction(() => document.querySelector('#tag').textContent.includes('has run'));
    must(await banner(page).count() === 0, 'asked again');
    await press(page, 'Privacy choices');
    await banner(page).locator('form').waitFor();
    must(await banner(page).locator('input[name=site-statistics][value=yes]').isChecked(), 'the answer is not shown');
    await page.keyboard.press('Escape');
    must(await page.evaluate(() => document.activeElement.textContent) === 'Privacy choices', 'the focus is lost');
  });
  await check('a no after a yes stops the tag', async () => {
    await press(page, 'Privacy choices');
    await banner(page).locator('input[name=site-statistics][value=no]').check();
    await Promise.all([page.waitForNavigation(), banner(page).locator('form button').click()]);
    await page.waitForFunction(() => document.querySelector('#state').textContent.includes('site-statistics: no'));
    must((await page.locator('#tag').textContent()).includes('has not run'), 'the tag ran');
  });
  await check('nothing broke the site\'s own content security policy', async () => must(faults.length === 0, faults.join('; ')));
  await check('what is kept in the browser is one signed value, out of the reach of scripts as a cookie', async () => {
    const [cookie] = (await strict.cookies()).filter(c => c.name.startsWith('ft_device_'));
    must(cookie && cookie.httpOnly && cookie.sameSite === 'Lax', JSON.stringify(cookie));
  });
  await strict.close();

  await check('with the server down a yes is nothing, and a no is kept', async () => {
    const c = await browser.newContext({ locale: 'en' });
    const p = await c.newPage();
    await p.goto(demo);
    await banner(p).locator('h2').waitFor();
    await p.route('**/site/*/answer', r => r.abort());
    await banner(p).locator('button:has-text("Allow all")').click();
    must((await banner(p).locator('[role=status]').textContent()).includes('Nothing was allowed'), 'it claims to be saved');
    must(!(await knows(p)).includes('yes') && (await p.locator('#tag').textContent()).includes('has not run'), 'a tag ran');
    await p.reload();
    await banner(p).locator('button:has-text("Reject all")').click();
    await banner(p).locator('[role=status]').waitFor();
    await p.unroute('**/site/*/answer');
    await Promise.all([p.waitForResponse(r => r.url().endsWith('/answer') && r.ok()), p.reload()]);
    await Promise.all([p.waitForResponse(r => r.url().endsWith('/open')), p.reload()]);
    await p.waitForTimeout(200);
    must(await banner(p).count() === 0, 'the no was lost: asked again');
    await c.close();
  });
  await check('with the server down from the start, also who said yes is denied', async () => {
    const c = await browser.newContext({ locale: 'en' });
    const p = await c.newPage();
    await p.goto(demo);
    await banner(p).locator('button:has-text("Allow all")').click();
    await p.waitForFunction(() => document.querySelector('#tag').textContent.includes('has run'));
    for (const how of [r => r.abort(), r => r.fulfill({ status: 503, body: '{}' }), r => r.fulfill({ status: 200, body: 'not what was agreed' })]) {
      await p.route('**/site/*/open', how);
      await p.reload();
      await p.waitForTimeout(400);
      must((await p.locator('#tag').textContent()).includes('has not run'), 'a tag ran');
      const calls = await p.evaluate(() => window.dataLayer.map(a => [...a]));
      must(calls.length === 1 && Object.values(calls[0][2]).every(v => v === 'denied' || v === 500), JSON.stringify(calls));
      await p.unroute('**/site/*/open');
    }
    await c.close();
  });
  await check('Global Privacy Control is honoured, and shown as honoured', async () => {
    const c = await browser.newContext({ locale: 'en', extraHTTPHeaders: { 'Sec-GPC': '1' } });
    await c.addInitScript(() => Object.defineProperty(navigator, 'globalPrivacyControl', { value: true }));
    const p = await c.newPage();
    await p.goto(demo);
    await banner(p).locator('h2').waitFor();
    must((await banner(p).locator('section').textContent()).includes('We do as it asks'), 'the signal is not shown');
    await banner(p).locator('button:has-text("Allow all")').click();
    await banner(p).locator('[role=status]').waitFor();
    must(await knows(p) === 'site-ads: no, site-offers: no, site-statistics: yes', await knows(p));
    await p.goto(base + await p.locator('a[data-fairtouch]').getAttribute('href'));
    must((await p.locator('main').textContent()).includes('No, as your browser asks'), 'the page does not show it');
    await c.close();
  });
  await check('the script of another site gets nothing', async () => {
    const key = await (async () => { const c = await browser.newContext(); const p = await c.newPage(); await p.goto(demo); const k = (await p.locator('script[defer]').first().getAttribute('src')); await c.close(); return k; })();
    const server = createServer((_, res) => { res.setHeader('Content-Type', 'text/html'); res.end(`<!doctype html><title>x</title><main><h1>x</h1></main><script src="${base}${key}"></script>`); });
    await new Promise(r => server.listen(0, '127.0.0.1', r));
    const c = await browser.newContext();
    const p = await c.newPage();
    await p.goto(`http://127.0.0.1:${server.address().port}/`);
    await p.waitForTimeout(600);
    must(await banner(p).count() === 0, 'a banner was shown on a web site that is not registered');
    await c.close();
    server.close();
  });

  const none = await browser.newContext({ javaScriptEnabled: false, viewport: { width: 390, height: 800 }, locale: 'en' });
  const k = await none.newPage();
  await check('without JavaScript, by keyboard: the page refuses all, and remembers', async () => {
    await k.goto(demo);
    for (let i = 0; i < 5; i++) { await k.keyboard.press('Tab'); if (await k.locator('a[data-fairtouch]:focus').count()) break; }
    await Promise.all([k.waitForURL(/\/p\/site\//), k.keyboard.press('Enter')]);
    await k.keyboard.press('Tab');
    must(await k.locator('button[name=all][value=no]:focus').count() === 1, 'the first stop is not the refusal');
    await Promise.all([k.waitForURL(/saved=1/), k.keyboard.press('Enter')]);
    must(await k.locator('input[value=no]:checked').count() === 3, 'the refusal is not shown');
  });
  await none.close();

  const staff = await browser.newContext({ viewport: { width: 1280, height: 900 }, bypassCSP: true });
  const s = await staff.newPage();
  await s.goto(base + '/console/sign-in');
  await s.click('button[value=privacy_officer]');
  await check('a web site is registered, and its tag handed out', async () => {
    await s.goto(base + '/console/permissions/sites/new');
    await s.fill('#f-name', 'Second site');
    await s.fill('#f-origins', 'http://www.second.example');
    await s.click('main button:has-text("Save")');
    must((await s.locator('.summary').textContent()).length > 0 && await s.inputValue('#f-name') === 'Second site', 'a site without https, asking nothing, was taken, or what was typed is lost');
    await s.fill('#f-origins', 'https://www.second.example');
    await s.check('input[value=site-statistics]');
    await s.click('main button:has-text("Save")');
    must((await s.locator('.secret code').textContent()).includes('/consent.js" defer></script>'), 'no tag');
  });
  for (const width of [1280, 320]) {
    await s.setViewportSize({ width, height: 900 });
    await visit(s, '/console/permissions/sites', 'web sites', width);
    await s.locator('td a').first().click();
    await look(s, 'a web site', width);
    await visit(s, '/console/permissions/sites/new', 'a new web site', width);
  }
  await s.setViewportSize({ width: 1280, height: 900 });
  await check('the policy is out of date the moment a system changes, and a person publishes the next version', async () => {
    await s.context().clearCookies();
    await s.goto(base + '/console/sign-in');
    await s.click('button[value=administrator]');
    await s.goto(base + '/console/systems/lead-scorer/edit');
    await s.fill('#f-alternative', 'The general newsletter, and nothing else');
    await s.click('main button.btn[type=submit]');
    await s.goto(base + '/console/systems/policy');
    must((await s.locator('h1').textContent()).includes('out of date'), await s.locator('h1').textContent());
    must((await s.locator('table').first().textContent()).includes('and nothing else'), 'the difference is not shown');
    await s.goto(base + '/register/policy?lang=en');
    must((await s.locator('main').textContent()).includes('have changed since then'), 'the public page claims to be up to date');
    must(!(await s.locator('main').textContent()).includes('and nothing else'), 'what nobody published is shown');
    await s.goto(base + '/console/systems/policy');
    await s.click('main button:has-text("Publish this")');
    must((await s.locator('h1').textContent()).includes('up to date'), await s.locator('h1').textContent());
  });
  for (const width of [1280, 320]) {
    await s.setViewportSize({ width, height: 900 });
    await visit(s, '/console/systems/policy?lang=ar', 'the policy in the console', width);
    for (const lang of ['en', 'ar', 'de', 'hi']) await visit(s, `/register/policy?lang=${lang}`, `the policy in ${lang}`, width);
  }
  await s.setViewportSize({ width: 1280, height: 900 });
  let guardian, centre;
  await check('a date of birth makes a guardian\'s link', async () => {
    await s.goto(base + '/console/permissions');
    await s.fill('#f-external_id', 'BANK-045207');
    await s.click('main button:has-text("Look up")');
    centre = await s.locator('a[href*="/p/consent/"]').first().getAttribute('href');
    await look(s, 'a person in the console', 1280);
    await s.fill('#f-born', '2999-01-01');
    await s.click('main button:has-text("guardian")');
    must((await s.locator('.summary').textContent()).includes('date of birth'), 'a date that can\'t be was taken');
    await s.fill('#f-born', `${new Date().getUTCFullYear() - 12}-01-02`);
    await s.fill('#f-country', 'DE');
    await s.click('main button:has-text("guardian")');
    guardian = new URL(await s.locator('.secret code').textContent()).pathname;
  });
  const off = await browser.newContext({ javaScriptEnabled: false, viewport: { width: 390, height: 800 }, locale: 'en' });
  const g = await off.newPage();
  await check('a guardian answers without JavaScript, once they say who they are', async () => {
    await g.goto(base + guardian);
    await g.check('input[name=c-newsletter][value=no]');
    await g.click('main button');
    must((await g.locator('.summary').textContent()).includes('guardian'), 'anybody can answer');
    await g.check('input[name=c-newsletter][value=no]');
    await g.check('input[name=guardian]');
    await g.click('main button');
    must(await g.locator('[role=status]').count() === 1, 'not saved');
    await g.goto(base + centre);
    must((await g.locator('main').textContent()).includes('too young to agree alone'), 'the minor isn\'t told');
    must(await g.locator('input[name=c-newsletter][value=yes]').count() === 0, 'the minor can say yes');
  });
  await check('a permission for e-mail waits for the button behind the mail\'s link', async () => {
    await s.goto(base + '/console/permissions');
    await s.fill('#f-external_id', 'BANK-045209');
    await s.click('main button:has-text("Look up")');
    await g.goto(base + await s.locator('a[href*="/p/consent/"]').first().getAttribute('href'));
    await g.check('input[name=c-newsletter][value=yes]');
    await g.click('main button:has-text("Save my")');
    must((await g.locator('.summary').textContent()).includes('e-mail address'), 'no address was asked for');
    await g.check('input[name=c-newsletter][value=yes]');
    await g.fill('#e-newsletter', 'somebody@example.com');
    await g.click('main button:has-text("Save my")');
    must((await g.locator('main').textContent()).includes('It counts once you confirm it'), 'it counts unconfirmed');
    await g.click('a[href*="/p/confirm/"]');
    const there = g.url();
    await g.click('main button');
    must((await g.locator('h1').textContent()) === 'You agreed', await g.locator('h1').textContent());
    must((await g.goto(there)).status() === 404, 'the link works twice');
  });
  await off.close();
  for (const width of [1280, 320]) {
    await s.setViewportSize({ width, height: 900 });
    await visit(s, '/console/permissions/again', 'whom to ask again', width);
    await visit(s, guardian, 'the guardian\'s page', width);
    await visit(s, centre, 'a minor\'s preference centre', width);
  }
  await staff.close();
}
