// A bias that the data have: found, corrected, put into use, audited again.
import { base, browser, check, must, look } from './lib.mjs';

export async function fairnessWalk() {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, bypassCSP: true });
  const page = await context.newPage();
  await page.goto(base + '/console/sign-in');
  await page.click('button[value=analyst]');
  await check('the first audit of the demo gives an answer with its n', async () => {
    await page.goto(base + '/console/fairness');
    must(/n [\d,]+/.test(await page.locator('section:has(#r) tbody').textContent()), 'no n in the answer');
    await page.locator('section:has(#r) td a').first().click();
    must(await page.locator('figure svg').count() > 0, 'nothing is drawn');
  });
  for (const width of [1280, 320]) {
    await page.setViewportSize({ width, height: 900 });
    await look(page, 'an audit', width);
  }
  await page.setViewportSize({ width: 1280, height: 900 });
  await check('an analyst plans an audit, and it runs', async () => {
    await page.goto(base + '/console/fairness');
    await page.fill('#f-name', 'By age alone');
    await page.fill('#f-attributes', 'age');
    await page.fill('#f-purpose', 'To see whether age counts.');
    await page.fill('#f-why', 'Only the ages of the people scored can show it.');
    await page.click('button:has-text("Save the plan")');
    await page.locator('tr', { hasText: 'By age alone' }).locator('button').click();
    for (let i = 0; i < 30 && !(await page.locator('section:has(#r) tbody').textContent()).includes('By age alone'); i++) {
      await page.waitForTimeout(500);
      await page.goto(base + '/console/fairness');
    }
    must((await page.locator('section:has(#r) tbody').textContent()).includes('By age alone'), 'it did not run');
  });
  await trainingWalk(page);
  await page.goto(base + '/console/fairness');
  await check('bad attributes get one clear message', async () => {
    await page.fill('#f-name', 'x');
    await page.fill('#f-attributes', '');
    await page.fill('#f-purpose', 'y');
    await page.fill('#f-why', 'z');
    await page.click('button:has-text("Save the plan")');
    must(await page.locator('.summary').count() === 1, 'no error summary');
  });
  const finding = page.locator('section:has(#f) td a').first();
  await page.goto(base + '/console/fairness');
  await check('the demo has a finding', async () => must(await finding.count() === 1, 'none'));
  await finding.click();
  await check('a correction is tried on people that it has not seen, and says what it did', async () => {
    await page.selectOption('#f-kind', 'reject');
    await page.click('button:has-text("Try it")');
    must(await page.locator('article').count() === 1, (await page.locator('main').textContent()).slice(0, 400));
    must(/points/.test(await page.locator('article').textContent()), 'no figures');
  });
  await check('a finding is discussed on record', async () => {
    await page.fill('#f-text', 'Older people may simply want deposits more.');
    await page.click('button:has-text("Say")');
    must((await page.locator('section:has(#d)').textContent()).includes('Older people'), 'lost');
  });
  for (const width of [1280, 320]) {
    await page.setViewportSize({ width, height: 900 });
    await look(page, 'a finding', width);
  }
  await check('a finding shows which inputs carry the attribute, and what leaving one out costs', async () => {
    await page.goto(page.url().split('#')[0] + '/proxies');
    const rows = await page.locator('section:has(#cost) > table tbody tr').allTextContents();
    must(rows.length > 3 && rows[0].includes('as it is') && rows.some(r => r.includes('left out')), rows.join(' | ').slice(0, 300));
  });
  for (const width of [1280, 320]) {
    await page.setViewportSize({ width, height: 900 });
    await look(page, 'what an input tells and costs', width);
  }
  await check('who is reached is compared with a population', async () => {
    await page.goto(base + '/console/fairness');
    await page.locator('tr', { hasText: 'Lead scorer by age, job' }).locator('a[href*="/fairness/reach/"]').first().click();
    const part = page.locator('section.card', { hasText: 'By marital' });
    await part.locator('summary', { hasText: 'population' }).click();
    for (const [group, share] of [['divorced', '12'], ['married', '60'], ['single', '28']]) await part.getByLabel(group, { exact: true }).fill(share);
    await part.getByLabel('Where the figures come from').fill('census 2021');
    await part.locator('button').click();
    must((await page.locator('section.card', { hasText: 'By marital' }).textContent()).includes('census 2021'), 'not compared');
  });
  for (const width of [1280, 320]) {
    await page.setViewportSize({ width, height: 900 });
    await look(page, 'who is reached', width);
  }
  await page.setViewportSize({ width: 1280, height: 900 });
  await correctionWalk(page);
  await context.close();
}

// correctionWalk takes the demo's gap by age through its life: what can't be done
// says so, what can comes into use, and the next audit looks at what was decided
// under it.
async function correctionWalk(page) {
  const finding = page.locator('section:has(#f) td a', { hasText: 'age 60+ against' }).first();
  await page.goto(base + '/console/fairness');
  await finding.click();
  const at = page.url();
  await check('leaving out what makes most of a gap is proved on people who had no part in it', async () => {
    await page.selectOption('#f-kind', 'removal');
    await page.click('button:has-text("Try it")');
    const said = await page.locator('article', { hasText: 'Inputs are left out' }).first().textContent();
    must(/validated/.test(said) && /Without \w+( and \w+)?\. On/.test(said), said.slice(0, 300));
  });
  await check('it comes into use, the demo\'s people are scored again, and the audit looks at those decisions', async () => {
    await page.click('button:has-text("Put it into use")');
    await page.goto(base + '/console/fairness');
    await page.click('button:has-text("Score them again")');
    const quiet = async () => { for (let i = 0; i < 120 && await page.locator('[role=status]').count(); i++) { await page.waitForTimeout(500); await page.goto(base + '/console/fairness'); } };
    await quiet();
    await page.locator('tr', { hasText: 'Lead scorer by age, job' }).locator('form button').first().click();
    await quiet();
    await page.locator('section:has(#r) tbody a').first().click();
    must((await page.locator('main').textContent()).includes('decisions of lead-scorer since'), (await page.locator('h1').textContent()));
    await page.goto(at);
    must(/corrected|closed/.test(await page.locator('.head').textContent()), await page.locator('.head').textContent());
  });
  for (const width of [1280, 320]) {
    await page.setViewportSize({ width, height: 900 });
    await look(page, 'a finding that was corrected', width);
  }
  await page.setViewportSize({ width: 1280, height: 900 });
  await check('it is taken out of use by one button', async () => {
    await page.goto(at);
    await page.click('button:has-text("Take it out of use")');
    must(await page.locator('article', { hasText: 'reverted' }).count() === 1, 'still in use');
  });
}

// trainingWalk checks a table of training data by the plan's groups.
async function trainingWalk(page) {
  const plan = page.locator('tr', { hasText: 'Lead scorer by age, job' });
  await check('the demo knows whom the scorers were not fitted on', async () => {
    await page.goto(base + '/console/fairness');
    await page.locator('section:has(#r) tr', { hasText: 'training data' }).locator('a').first().click();
    must(/job student is [\d.]+ % of the training data/.test(await page.locator('h1').textContent()), await page.locator('h1').textContent());
    must(await page.locator('section:has(#t) figure svg').count() === 3, 'not drawn for each attribute');
  });
  for (const width of [1280, 320]) {
    await page.setViewportSize({ width, height: 900 });
    await look(page, 'training data by group', width);
  }
  await page.setViewportSize({ width: 1280, height: 900 });
  await check('a table is uploaded, told what it holds, and checked', async () => {
    await page.goto(base + '/console/fairness');
    await plan.locator('a[href*="/fairness/training/"]').first().click();
    const rows = ['age_years,work,family,took'];
    for (let i = 0; i < 400; i++) rows.push(`${20 + i % 45},${i % 3 ? 'technician' : 'student'},${i % 2 ? 'single' : 'married'},${i % 7 ? 'no' : 'yes'}`);
    await page.setInputFiles('#f-table', { name: 'calls.csv', mimeType: 'text/csv', buffer: Buffer.from(rows.join('\n')) });
    await page.click('main button[type=submit]');
    await page.click('main button[type=submit]');
    must(await page.locator('.summary').count() === 1, 'nothing was chosen, and nothing was said');
    await page.selectOption('#f-label', 'took');
    await page.fill('#f-positive', 'yes');
    for (const [i, column, cuts] of [[0, 'age_years', '30, 40, 50, 60'], [1, 'work', ''], [2, 'family', '']]) {
      await page.selectOption(`#f-column-${i}`, column);
      await page.fill(`#f-cuts-${i}`, cuts);
    }
    await look(page, 'what training data hold', 1280);
    await page.click('main button[type=submit]');
    for (let i = 0; i < 30 && await page.locator('section:has(#r) tr', { hasText: 'training data' }).count() < 2; i++) {
      await page.waitForTimeout(500);
      await page.goto(base + '/console/fairness');
    }
    await page.locator('section:has(#r) tr', { hasText: 'training data' }).locator('a').first().click();
    const said = await page.locator('main').textContent();
    must(said.includes('calls.csv') && said.includes('shares can\'t be compared: age'), said.slice(0, 600));
  });
}
