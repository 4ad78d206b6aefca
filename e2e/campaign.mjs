// The spring campaign, from "can't go out yet" to its evidence, by the people
// whose jobs it is, with JavaScript off: what is missing is mended, two people
// approve, it starts, it is stopped.
import { writeFileSync, readFileSync, mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { tmpdir } from 'node:os';
import { base, browser, check, must, look } from './lib.mjs';

async function enter(role, width = 1280) {
  const context = await browser.newContext({ viewport: { width, height: 844 }, javaScriptEnabled: false, bypassCSP: true, acceptDownloads: true });
  const page = await context.newPage();
  await page.goto(base + '/console/sign-in');
  await page.click(`button[value=${role}]`);
  return page;
}

// seen looks at a page as it is, once more with scripts on, for axe.
async function seen(page, name) {
  for (const width of [1280, 320]) {
    const context = await browser.newContext({ viewport: { width, height: 844 }, bypassCSP: true, storageState: await page.context().storageState() });
    const twin = await context.newPage();
    await twin.goto(page.url());
    await look(twin, name, width);
    await context.close();
  }
}

const h1 = page => page.locator('h1').textContent();

export async function campaignWalk() {
  const dir = mkdtempSync(join(tmpdir(), 'fairtouch-walk-'));
  const marketer = await enter('marketer');
  await check('the spring campaign says what is missing and who mends it', async () => {
    await marketer.goto(base + '/console/campaigns/spring');
    must((await h1(marketer)).includes("can't go out yet"), await h1(marketer));
    const text = await marketer.locator('main').textContent();
    for (const w of ['no audience was rehearsed', 'AI-literacy attestation', 'approvals']) must(text.includes(w), `lacks: ${w}`);
  });
  await check('an administrator records the literacy of its owner', async () => {
    const admin = await enter('administrator');
    await admin.goto(base + '/console/staff');
    const option = await admin.locator('select[name=user] option', { hasText: 'Demo marketer' }).getAttribute('value');
    await admin.selectOption('select[name=user]', option);
    await admin.fill('[name=training]', 'AI literacy for marketers');
    await admin.fill('[name=until]', '2027-11-24');
    await admin.click('main form button');
    await admin.context().close();
    await marketer.reload();
    must(!(await marketer.locator('main').textContent()).includes('AI-literacy attestation'), 'still asked for');
  });
  await check('a bad list gets one clear message with the line', async () => {
    const bad = join(dir, 'bad.csv');
    writeFileSync(bad, 'external_id,country\nx,DE\ny\n');
    await marketer.goto(base + '/console/campaigns/spring/audience');
    await marketer.setInputFiles('#f-table', bad);
    await marketer.click('main button:has-text("Upload")');
    must((await marketer.locator('.summary').textContent()).includes('line 3'), await marketer.locator('main').textContent());
    must((await marketer.title()).startsWith('Error:'), 'the title does not say Error');
  });
  await seen(marketer, 'the upload with an error');
  const audience = join(dir, 'audience.csv'), result = join(dir, 'result.csv');
  await check('45,211 people are rehearsed and downloaded', async () => {
    await marketer.goto(base + '/console/campaigns/spring');
    const [sample] = await Promise.all([marketer.waitForEvent('download'), marketer.click('text=Download the demo')]);
    await sample.saveAs(audience);
    await marketer.goto(base + '/console/campaigns/spring/audience');
    await marketer.setInputFiles('#f-table', audience);
    await marketer.click('main button:has-text("Upload")');
    must(await marketer.inputValue('#f-locale') === 'language', 'the language column was not found');
    await seen(marketer, 'which column holds what');
    await marketer.click('main button:has-text("Rehearse")');
    for (let i = 0; i < 60 && await marketer.locator('text=Download the list').count() === 0; i++) {
      await marketer.waitForTimeout(1000);
      await marketer.reload();
    }
    must((await h1(marketer)).startsWith('Of 45,211 people'), await h1(marketer));
    const [out] = await Promise.all([marketer.waitForEvent('download'), marketer.click('text=Download the list')]);
    await out.saveAs(result);
    const lines = readFileSync(result, 'utf8').split('\n');
    must(lines[0].endsWith('may_use_ai,reason,fix_owner,label,why_url,human_url'), lines[0]);
    must(lines.length === 45213, `${lines.length} lines`);
  });
  await seen(marketer, 'the result of a rehearsal');
  await check('a rehearsed person can follow the link of the list', async () => {
    const row = readFileSync(result, 'utf8').split('\n').find(l => l.includes(',true,'));
    must(row, 'nobody is cleared');
    const page = await marketer.context().newPage();
    const link = row.split(',').find(c => c.includes('/p/why/'));
    const answer = await page.goto(base + new URL(link).pathname);
    must(answer.status() === 200, `status ${answer.status()}`);
    await seen(page, 'reasons before a decision');
    await page.close();
  });
  await check('the marketer asks two people; nobody may be the owner', async () => {
    await marketer.goto(base + '/console/campaigns/spring');
    const names = await marketer.locator('#f-of option').allTextContents();
    must(!names.some(n => n.includes('marketer')), names.join());
    for (const who of ['privacy officer', 'reviewer']) {
      await marketer.selectOption('#f-of', { label: `Demo ${who}, ${who}` });
      await marketer.click('button:has-text("Ask for approval")');
    }
  });
  await check('a privacy officer approves on a phone', async () => {
    const officer = await enter('privacy_officer', 390);
    await officer.goto(base + '/console/approvals');
    await seen(officer, 'approvals');
    await officer.locator('tr', { hasText: 'waits' }).filter({ hasText: 'privacy officer' }).locator('a').first().click();
    await seen(officer, 'an approval');
    const size = await officer.locator('button:has-text("Approve")').boundingBox();
    must(size.height >= 44, `the button is ${size.height}px high`);
    await officer.click('button:has-text("Approve")');
    await officer.context().close();
  });
  let link;
  await check('a reviewer approves by the link of a mail, without signing in', async () => {
    const reviewer = await enter('reviewer');
    await reviewer.goto(base + '/console/mail');
    await seen(reviewer, 'the mailbox');
    link = new URL(await reviewer.locator('a:has-text("Open")').first().getAttribute('href')).pathname;
    await reviewer.context().close();
    const anybody = await (await browser.newContext({ javaScriptEnabled: false })).newPage();
    await anybody.goto(base + link);
    await seen(anybody, 'an approval by link');
    await anybody.click('button:has-text("Approve")');
    must((await anybody.locator('main').textContent()).includes('Approved on'), 'not approved');
    await anybody.context().close();
  });
  await check('the campaign starts, and a change is refused while it runs', async () => {
    await marketer.goto(base + '/console/campaigns/spring');
    must((await h1(marketer)).includes('can go out'), await marketer.locator('main').textContent());
    await marketer.click('button:has-text("Start")');
    must((await h1(marketer)).includes('is out'), await h1(marketer));
    await seen(marketer, 'a running campaign');
    await marketer.goto(base + '/console/campaigns/spring/edit');
    await marketer.fill('#f-text', 'Another text that nobody approved.');
    await marketer.click('main button:has-text("Save")');
    must((await marketer.locator('.summary').textContent()).includes('running'), 'a running campaign was changed');
  });
  await check('Stop holds it, and says whom it reached', async () => {
    await marketer.goto(base + '/console/campaigns/spring');
    await marketer.fill('#f-reason', 'a complaint');
    await marketer.click('button:has-text("Stop it now")');
    must((await h1(marketer)).includes('was stopped'), await h1(marketer));
    await seen(marketer, 'a stopped campaign');
  });
  await check('a changed text needs new approvals', async () => {
    await marketer.goto(base + '/console/campaigns/spring/edit');
    await marketer.fill('#f-text', 'Another text that nobody approved.');
    await marketer.click('main button:has-text("Save")');
    must((await h1(marketer)).includes('was stopped'), await h1(marketer));
    const text = await marketer.locator('main').textContent();
    must(text.includes('rehearse again') && text.includes('void'), text.slice(0, 600));
    must(await marketer.locator('button:has-text("Start again")').count() === 0, 'it could be started');
  });
  await check('a customer asks why and says no; the next run leaves her out', async () => {
    const rows = readFileSync(result, 'utf8').split('\n');
    const row = rows.find(l => l.includes(',true,'));
    const page = await marketer.context().newPage();
    await page.goto(base + new URL(row.split(',').find(c => c.includes('/p/why/'))).pathname);
    await page.click('button[value=all]');
    await page.waitForURL(/\/p\/stop\//); // closed under way, a page can keep Chromium waiting for ever
    must((await page.locator('h1').textContent()).length > 0, 'no confirmation');
    await page.close();
    const hers = join(dir, 'hers.csv'), next = join(dir, 'next.csv');
    const columns = rows[0].split(',').length - 6;
    writeFileSync(hers, [rows[0], row].map(l => l.split(',').slice(0, columns).join(',')).join('\n') + '\n');
    await marketer.goto(base + '/console/campaigns/spring/audience');
    await marketer.setInputFiles('#f-table', hers);
    await marketer.click('main button:has-text("Upload")');
    await marketer.click('main button:has-text("Rehearse")');
    for (let i = 0; i < 30 && await marketer.locator('text=Download the list').count() === 0; i++) {
      await marketer.waitForTimeout(500);
      await marketer.reload();
    }
    const [out] = await Promise.all([marketer.waitForEvent('download'), marketer.click('text=Download the list')]);
    await out.saveAs(next);
    const lines = readFileSync(next, 'utf8').trim().split('\n');
    must(lines.length === 2 && lines[1].includes(',false,') && /object|no to this/.test(lines[1]), lines[1]);
  });
  await check('an auditor reads the evidence, on paper and as JSON', async () => {
    const auditor = await enter('auditor');
    await auditor.goto(base + '/console/campaigns/spring/pack');
    const text = await auditor.locator('main').textContent();
    for (const w of ['Approvals', 'Rules in force', 'ownership', 'Demo reviewer']) must(text.toLowerCase().includes(w.toLowerCase()), `lacks ${w}`);
    const json = await (await auditor.request.get(base + '/console/campaigns/spring/pack.json')).json();
    must(json.campaign.id === 'spring' && json.law.length > 3 && json.approvals.length === 2, 'the JSON lacks something');
    const no = await auditor.goto(base + '/console/campaigns/new');
    must(no.status() === 403, `an auditor may make campaigns: ${no.status()}`);
    await auditor.context().close();
  });
}
