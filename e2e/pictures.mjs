// The pictures of the README and the pages, from a demo at FAIRTOUCH_URL:
//   FAIRTOUCH_WHY=- node e2e/pictures.mjs docs/pictures
import { base, browser } from './lib.mjs';

const into = process.argv[2];
const open = async (width, height) => {
  const context = await browser.newContext({ viewport: { width, height }, javaScriptEnabled: false });
  const page = await context.newPage();
  await page.goto(base + '/console/sign-in');
  await page.click('button[value=administrator]');
  return page;
};
const page = await open(1180, 1000);
const take = async (name, path) => {
  if (path) await page.goto(base + path);
  await page.screenshot({ path: `${into}/${name}.png` });
};
await take('today', '/console/');
await take('campaign', '/console/campaigns/spring');
await page.goto(base + '/console/decisions?verdict=allow');
await page.locator('td a.mono').first().click();
await take('decision');
const why = await page.locator('a[href*="/p/why/"]').first().getAttribute('href');
await page.goto(base + '/console/fairness');
await page.locator('a[href*="/fairness/findings/"]').first().click();
await page.selectOption('#f-kind', 'reject');
await page.click('button:has-text("Try it")');
await take('finding');
await page.goto(base + '/console/prompts');
await page.selectOption('#f-try_system', 'copywriter');
await page.fill('#f-prompt', 'Write two friendly lines to Anna Schmidt, anna.schmidt@example.org, +49 30 901820, about our spring offer.');
await page.locator('main form button').first().click();
await take('prompt');
const phone = await open(390, 1150);
await phone.goto(new URL(why, base).href);
await phone.screenshot({ path: `${into}/why.png` });
await browser.close();
