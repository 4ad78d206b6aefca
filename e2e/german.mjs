// The console as a German reader meets it: every page in German but for what
// people wrote, laws' summaries and names; nothing scrolls sideways, though
// German words are long; and the way back to English.
import { base, browser, check, must, look, visit } from './lib.mjs';

const pages = ['/console/', '/console/campaigns', '/console/campaigns/spring', '/console/campaigns/spring/pack', '/console/approvals', '/console/decisions', '/console/fairness', '/console/pilots',
  '/console/systems', '/console/systems/lead-scorer', '/console/systems/lead-scorer/edit', '/console/prompts', '/console/marks', '/console/ownership', '/console/law', '/console/permissions', '/console/requests',
  '/console/conversations', '/console/staff', '/console/mail', '/console/reports', '/console/reports/month', '/console/reports/retention', '/console/settings'];

// Names that the demo's people gave; everything else that is English is a fault.
const names = /^(The bank's own calls, 2008 to 2010|The sandbox's one sentence|Sandbox: repeats what was written, no model|The demo's privacy officer|Copywriter: drafts for campaigns|Lead scorer 2 \(on trial\)|events of our customers|A vendor)$/;

// english lists the English prose that a page shows outside the summaries of laws.
const english = page => page.locator('main span[lang=en]:not([translate=no])').evaluateAll(all => all
  .filter(e => !e.closest('.reasons') && !(/\/(law|pack)$/.test(location.pathname) && e.closest('td')))
  .map(e => e.textContent.trim()));

async function german(page, name, width) {
  await check(`${name} is German at ${width}px`, async () => {
    must(await page.locator('html').getAttribute('lang') === 'de', 'html does not say de');
    const left = (await english(page)).filter(s => !names.test(s));
    must(left.length === 0, `English: ${left.slice(0, 3).join(' | ')}`);
    must((await page.locator('nav.nav').textContent()).includes('Entscheidungen'), 'the menu is not German');
  });
}

// first opens the first link that a page has of a kind.
async function first(page, from, selector, name, width) {
  await page.goto(base + from);
  await check(`${name} can be reached`, async () => { await page.locator(selector).first().click({ timeout: 3000 }); });
  await look(page, name, width);
  await german(page, name, width);
}

export async function germanWalk() {
  for (const width of [1280, 320]) {
    const context = await browser.newContext({ viewport: { width, height: 900 }, bypassCSP: true, locale: 'de-DE' });
    const page = await context.newPage();
    await visit(page, '/console/sign-in', 'Anmelden', width);
    await page.click('button[value=administrator]');
    for (const p of pages) {
      await visit(page, p, `${p} in German`, width);
      await german(page, p, width);
    }
    await first(page, '/console/decisions?verdict=deny', 'td a.mono', 'a refused decision in German', width);
    await first(page, '/console/decisions?verdict=allow', 'td a.mono', 'an allowed decision in German', width);
    await first(page, '/console/fairness', 'a[href*="/fairness/findings/"]', 'a finding in German', width);
    await first(page, '/console/fairness', 'a[href*="/fairness/runs/"]', 'an audit in German', width);
    await check('what is missing is said in German', async () => {
      const r = await page.goto(base + '/console/nothing');
      must(r.status() === 404 && (await page.locator('h1').textContent()).includes('gibt es nichts'), await page.locator('h1').textContent());
    });
    await check('a form\'s fault is German, and what was typed stays as it was typed', async () => {
      await page.goto(base + '/console/campaigns/new');
      await page.fill('#f-goal', 'Open');
      await page.click('main button.btn');
      must((await page.locator('.summary').textContent()).includes('Geben Sie ihr einen Namen'), await page.locator('.summary').textContent());
      must(await page.inputValue('#f-goal') === 'Open', 'what was typed was translated');
    });
    await check('the switch leads to English, and back', async () => {
      await page.goto(base + '/console/campaigns');
      await page.click('button[name=lang][value=en]');
      must(await page.locator('html').getAttribute('lang') === 'en' && page.url().endsWith('/console/campaigns'), page.url());
      must(await page.locator('span[lang=en]').count() === 0, 'an English page marks its English');
      await page.click('button[name=lang][value=de]');
      must(await page.locator('html').getAttribute('lang') === 'de', 'not German again');
    });
    await context.close();
  }
}
