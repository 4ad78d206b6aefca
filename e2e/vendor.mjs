// A supplier's AI: registered from a template, its supplier asked by a link,
// permissions written, imported and sorted, by a privacy officer alone.
import { writeFileSync, mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { tmpdir } from 'node:os';
import { base, browser, check, must, look } from './lib.mjs';

export async function vendorWalk() {
  const dir = mkdtempSync(join(tmpdir(), 'fairtouch-walk-'));
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, bypassCSP: true, acceptDownloads: true });
  const page = await context.newPage();
  const both = async name => {
    for (const width of [1280, 320]) {
      await page.setViewportSize({ width, height: 900 });
      await look(page, name, width);
    }
    await page.setViewportSize({ width: 1280, height: 900 });
  };
  await page.goto(base + '/console/sign-in');
  await page.click('button[value=privacy_officer]');
  await check('a privacy officer registers a supplier\'s system from a template', async () => {
    await page.goto(base + '/console/systems/new');
    await page.check('#t-hubspot-scoring');
    await page.fill('#f-id', 'hub-score');
    await page.fill('#f-name', 'Their lead score');
    await page.fill('#f-alternative', 'The newsletter that everybody gets');
    await page.click('main button:has-text("Register")');
    await page.waitForURL(/hub-score\/edit/);
  });
  let link;
  await check('the supplier gets a questionnaire by link', async () => {
    await page.goto(base + '/console/systems/hub-score');
    await page.click('button:has-text("Make a questionnaire")');
    link = new URL(await page.locator('section:has(#supplier) a.mono').getAttribute('href')).pathname;
  });
  await both('a supplier\'s system');
  await check('the supplier answers without an account; a missing answer is named', async () => {
    const theirs = await (await browser.newContext({ javaScriptEnabled: false })).newPage();
    await theirs.goto(base + link);
    await theirs.fill('#f-model', 'score 4');
    await theirs.click('main button');
    must((await theirs.locator('.summary').textContent()).includes('Please answer'), 'nothing is asked for');
    must(await theirs.inputValue('#f-model') === 'score 4', 'what was typed is lost');
    await theirs.fill('#f-trained_on', 'events of our customers');
    for (const [id, v] of [['owner', 'vendor'], ['personal', 'none'], ['ours', 'no'], ['publish', 'yes'], ['indemnity', 'full']]) await theirs.selectOption(`#f-${id}`, v);
    await theirs.fill('#f-name', 'V. Endor, counsel');
    await theirs.click('main button');
    must((await theirs.locator('h1').textContent()).includes('Thank you'), await theirs.locator('main').textContent());
    await theirs.context().close();
    await page.reload();
    must((await page.locator('section:has(#o) h2').textContent()).includes('cleared'), await page.locator('section:has(#o)').textContent());
  });
  await page.goto(base + link);
  await both('the supplier\'s questionnaire');
  await check('a notice is previewed and published', async () => {
    await page.goto(base + '/console/permissions');
    for (const [id, v] of [['key', 'their-score'], ['locale', 'en'], ['purpose', 'lead-scoring'], ['system', 'hub-score'], ['title', 'A supplier ranks our contacts'], ['text', 'May we let our supplier\'s program rank how likely you are to be interested?']]) await page.fill(`#f-${id}`, v);
    await page.click('button:has-text("Preview")');
    must((await page.locator('blockquote').textContent()).includes('May we let'), 'the text is not shown');
    await page.click('main button:has-text("Publish")');
    must((await page.locator('main').textContent()).includes('A supplier ranks our contacts'), 'not published');
  });
  await check('an import is sorted before it counts', async () => {
    const file = join(dir, 'permissions.csv');
    writeFileSync(file, 'external_id,purpose,system,channel,state,basis,notice,occurred_at,actor,source\n' +
      'a@example.com,lead-scoring,hub-score,*,ConsentGiven,consent,n1,2026-05-01T10:00:00Z,self,crm\n' +
      'b@example.com,lead-scoring,hub-score,*,ConsentGiven,consent,,2026-05-01T10:00:00Z,,\n' +
      'c@example.com,lead-scoring,hub-score,*,ConsentGiven,consent,n1,2026-05-01T10:00:00Z,self,crm\n' +
      'c@example.com,*,*,*,ObjectionMade,,,2026-06-01T10:00:00Z,self,crm\n');
    await page.setInputFiles('#f-table', file);
    await page.click('button:has-text("Upload and look")');
    must((await page.locator('h1').textContent()).startsWith('1 permissions are proven, 1 are not, 1 conflict'), await page.locator('h1').textContent());
    await both('an import, before it counts');
    const [again] = await Promise.all([page.waitForEvent('download'), page.click('text=Download whom to ask again')]);
    must((await again.path()).length > 0, 'no list');
    await page.click('button:has-text("Import what is proven")');
    must((await page.locator('[role=status]').textContent()).includes('Done'), 'not done');
  });
  await check('a damaged import is refused by its line, and nothing of it counts', async () => {
    const file = join(dir, 'bad.csv');
    writeFileSync(file, 'external_id,purpose,state,occurred_at\na@example.com,x,ConsentGiven,yesterday\n');
    await page.goto(base + '/console/permissions');
    await page.setInputFiles('#f-table', file);
    await page.click('button:has-text("Upload and look")');
    must((await page.locator('.summary').textContent()).includes('line 2'), await page.locator('.summary').textContent());
  });
  await check('a change of supplier waits for the privacy officer, who judges it', async () => {
    const admin = await (await browser.newContext({ javaScriptEnabled: false })).newPage();
    await admin.goto(base + '/console/sign-in');
    await admin.click('button[value=administrator]');
    await admin.goto(base + '/console/systems/hub-score/edit');
    await admin.fill('#f-vendor', 'Another supplier');
    await admin.click('main button:has-text("Save version")');
    must((await admin.locator('section:has(#change)').textContent()).includes('used for nobody'), 'it is still used');
    must(await admin.locator('section:has(#change) form').count() === 0, 'whoever changed it may judge it');
    await admin.context().close();
    await page.goto(base + '/console/mail');
    must((await page.locator('main').textContent()).includes('new supplier'), 'nobody asked the privacy officer');
    await page.goto(base + '/console/systems/hub-score');
    await both('a change of supplier');
    await page.fill('#f-reason', 'the notice names no supplier');
    await page.check('input[value=covered]');
    await page.locator('section:has(#change)').locator('button').click();
    must((await page.locator('#change').textContent()).includes('covers the new supplier'), await page.locator('main').textContent());
  });
  await context.close();
}
