// Walks Fairtouch in Debian's Chromium, as staff and as a customer: every page
// at two widths, with axe-core, without a script of ours. FAIRTOUCH_URL is the
// demo's address, FAIRTOUCH_WHY a customer's link.
import { base, why, browser, tally, check, must, look, visit } from './lib.mjs';
import { campaignWalk } from './campaign.mjs';
import { fairnessWalk } from './fairness.mjs';
import { chatWalk } from './chat.mjs';
import { vendorWalk } from './vendor.mjs';
import { outputsWalk } from './outputs.mjs';
import { copyWalk } from './copy.mjs';
import { siteWalk } from './site.mjs';
import { connectorsWalk } from './connectors.mjs';
import { lifeWalk } from './life.mjs';
import { rolesWalk } from './roles.mjs';
import { germanWalk } from './german.mjs';

const staff = ['/console/', '/console/decisions', '/console/systems', '/console/systems/lead-scorer', '/console/systems/lead-scorer/model', '/console/systems/new', '/console/systems/lead-scorer/edit',
  '/console/systems/lead-scorer/retire', '/console/ownership', '/console/pilots', '/console/law', '/console/permissions', '/console/conversations', '/console/conversations/settings', '/console/staff', '/console/settings',
  '/console/campaigns', '/console/campaigns/spring', '/console/campaigns/spring/edit', '/console/campaigns/new', '/console/campaigns/spring/audience',
  '/console/campaigns/spring/pack', '/console/fairness', '/console/marks', '/console/approvals', '/console/copy', '/console/mail', '/console/reports', '/console/reports/month', '/console/reports/article-30', '/console/reports/retention'];

for (const width of [1280, 320]) {
  // Staff. bypassCSP only lets axe in; the policy itself is checked above.
  const context = await browser.newContext({ viewport: { width, height: 900 }, bypassCSP: true });
  const page = await context.newPage();
  await visit(page, '/console/sign-in', 'sign-in', width);
  await page.click('button[value=administrator]');
  for (const p of staff) await visit(page, p, p, width);
  await page.goto(base + '/console/decisions?verdict=allow');
  await page.locator('td a.mono').first().click();
  await look(page, 'a decision that was allowed', width);
  await page.goto(base + '/console/decisions?verdict=deny');
  await page.locator('td a.mono').first().click();
  await look(page, 'a decision that was refused', width);
  await context.close();

  // A customer, without JavaScript of any kind but axe's.
  const customer = await browser.newContext({ viewport: { width, height: 800 }, bypassCSP: true, locale: 'en' });
  const c = await customer.newPage();
  await visit(c, why, 'reasons', width);
  for (const lang of ['de', 'fr', 'es', 'it', 'nl', 'pt', 'pl', 'ar', 'fi']) await visit(c, `${why}?lang=${lang}`, `reasons in ${lang}`, width);
  await visit(c, '/register', 'the public register', width);
  for (const kind of ['consent', 'human', 'verify', 'stop']) {
    await c.goto(why);
    const a = c.locator(`a[href*="/p/${kind}/"], form[action*="/p/${kind}/"]`).first();
    const to = await a.evaluate(e => e.getAttribute('href') || e.getAttribute('action'));
    await visit(c, to, kind, width);
  }
  await customer.close();
}

// The jobs that must work with JavaScript off, by keyboard.
const plain = await browser.newContext({ javaScriptEnabled: false, viewport: { width: 390, height: 800 } });
const k = await plain.newPage();
await check('a customer stops marketing by keyboard, without JavaScript', async () => {
  await k.goto(why);
  let found = false;
  for (let i = 0; i < 12 && !found; i++) {
    await k.keyboard.press('Tab');
    found = await k.locator('button[value=all]:focus').count() === 1;
  }
  must(found, 'the stop button is not among the first twelve stops of the Tab key');
  await k.keyboard.press('Enter');
  await k.waitForURL(/\/p\/stop\//);
  must((await k.locator('h1').textContent()).length > 0, 'no confirmation');
});
await check('the page answers in one packet budget', async () => {
  const r = await k.request.get(why, { headers: { 'Accept-Encoding': 'gzip' } });
  must((await r.body()).length < 40_000, 'the page is large');
});
await check('a marketer does not see the settings', async () => {
  await k.goto(base + '/console/sign-in');
  await k.click('button[value=marketer]');
  const r = await k.goto(base + '/console/settings');
  must(r.status() === 403, `status ${r.status()}`);
});
await check('an edited system has a new version; bad input keeps what was typed', async () => {
  await k.goto(base + '/console/sign-in');
  await k.context().clearCookies();
  await k.goto(base + '/console/sign-in');
  await k.click('button[value=administrator]');
  await k.goto(base + '/console/systems/new');
  await k.check('#t-vendor-scorer');
  await k.fill('#f-id', 'Not An Id');
  await k.fill('#f-name', 'A vendor');
  await k.click('button.btn:has-text("Register")');
  must(await k.locator('.summary').count() === 1, 'no error summary');
  must(await k.inputValue('#f-name') === 'A vendor', 'what was typed is lost');
  must((await k.title()).startsWith('Error:'), 'the title does not say Error');
  await k.fill('#f-id', `vendor-${Date.now() % 100000}`);
  await k.fill('#f-vendor', 'vendor');
  await k.fill('#f-alternative', 'The newsletter');
  await k.click('button.btn:has-text("Register")');
  await k.waitForURL(/\/edit$/);
});
await campaignWalk();
await fairnessWalk();
await vendorWalk();
await outputsWalk();
await copyWalk();
await siteWalk();
await chatWalk();
await connectorsWalk();
await lifeWalk();
await rolesWalk();
await germanWalk();
await browser.close();
console.log(`${tally.passed} passed, ${tally.failed} failed`);
process.exit(tally.failed ? 1 : 0);
