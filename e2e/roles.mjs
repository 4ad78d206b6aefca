// A new campaign of a new team: a marketer writes it, a privacy officer makes
// and starts the pilot, and halts it; with JavaScript off.
import { base, browser, check, must, look } from './lib.mjs';

async function enter(role) {
  const page = await (await browser.newContext({ viewport: { width: 1280, height: 900 }, javaScriptEnabled: false, bypassCSP: true })).newPage();
  await page.goto(base + '/console/sign-in');
  await page.click(`button[value=${role}]`);
  return page;
}

export async function rolesWalk() {
  const marketer = await enter('marketer');
  await check('a marketer creates a campaign; what is missing stands there with who mends it', async () => {
    await marketer.goto(base + '/console/campaigns/new');
    await marketer.click('main button:has-text("Save")');
    must(await marketer.locator('.summary').count() === 1, 'nothing is asked for');
    await marketer.fill('#f-name', 'Autumn letter');
    await marketer.fill('#f-goal', 'Tell savers about the new account.');
    await marketer.check('input[name=system][value=lead-scorer]');
    await marketer.fill('#f-purpose', 'lead-scoring');
    await marketer.selectOption('#f-channel', 'call');
    await marketer.fill('#f-markets', 'DE');
    await marketer.fill('#f-from', '2027-01-11');
    await marketer.fill('#f-to', '2027-02-12');
    await marketer.fill('#f-text', 'Good morning, this is the bank. May we tell you about a new savings account?');
    await marketer.click('main button:has-text("Save")');
    must((await marketer.locator('h1').textContent()).includes("Autumn letter can't go out yet"), await marketer.locator('main').textContent());
    must(await marketer.locator('section:has(#b) tbody tr').count() > 0, 'no list of what is missing');
    must((await marketer.locator('section:has(#launch)').textContent()).includes('reached less'), 'whom the scorer leaves out is not shown');
  });
  await check('a marketer sees pilots and moves none', async () => {
    await marketer.goto(base + '/console/pilots');
    must(await marketer.locator('main form').count() === 0, 'a form for somebody who may not');
  });
  await marketer.context().close();
  const officer = await enter('privacy_officer');
  await check('a pilot is made, started at its first step, and halted', async () => {
    await officer.goto(base + '/console/pilots');
    await officer.selectOption('#f-system', 'lead-scorer');
    await officer.fill('#f-name', 'Autumn trial');
    await officer.fill('#f-steps', '50, 10');
    await officer.click('button:has-text("Make it a draft")');
    must(await officer.locator('.summary').count() === 1 && await officer.inputValue('#f-name') === 'Autumn trial', 'falling steps were taken, or what was typed is lost');
    await officer.fill('#f-steps', '10, 50, 100');
    await officer.click('button:has-text("Make it a draft")');
    const mine = officer.locator('section.card', { has: officer.locator('h2', { hasText: 'Autumn trial' }) });
    const move = async (button, why) => {
      await mine.locator('input[name=reason]').fill(why);
      await mine.locator(`button:has-text("${button}")`).click();
    };
    await move('Start at the first step', 'the assessment is done');
    must((await mine.locator('h2').textContent()).includes('running, at 10 %'), await mine.locator('h2').textContent());
    await move('Halt', 'a complaint');
    must((await mine.locator('h2').textContent()).includes('halted'), await mine.locator('h2').textContent());
  });
  for (const width of [1280, 320]) {
    const twin = await (await browser.newContext({ viewport: { width, height: 900 }, bypassCSP: true, storageState: await officer.context().storageState() })).newPage();
    await twin.goto(base + '/console/pilots');
    await look(twin, 'pilots with a form', width);
    await twin.context().close();
  }
  await officer.context().close();
}
