// A customer and a reviewer in two browsers: the program, a person, the program
// again; with JavaScript off and on, by keyboard, at 320 and 1280 px.
import { base, why, browser, check, must, look } from './lib.mjs';

const said = (page, what) => page.locator('#log li', { hasText: what });

// send types a message and sends it by keyboard alone.
async function send(page, text) {
  await page.focus('#f-text');
  await page.keyboard.type(text);
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
}

async function begin(page) {
  await page.goto(base + '/p/try-chat');
  for (let i = 0; i < 12 && await page.locator('main button:focus').count() === 0; i++) await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await page.waitForURL(/\/p\/chat\//);
}

// take opens the chat that was asked in last, and takes it.
async function take(desk, waiting) {
  await desk.goto(base + '/console/conversations');
  await desk.locator('[aria-labelledby=talks] tbody tr', { hasText: 'queued' }).last().locator('a').click();
  await desk.click('button[value=take]');
  await desk.waitForSelector('button[value=say]');
  await check(`the desk shows what was said (${waiting})`, async () => must(await desk.locator('li', { hasText: waiting }).count() > 0, 'the customer is not heard'));
}

async function walk(js, width) {
  const tag = `${js ? 'with' : 'without'} JavaScript at ${width}px`;
  const customer = await browser.newContext({ viewport: { width, height: 800 }, javaScriptEnabled: js, locale: 'en' });
  const page = await customer.newPage();
  page.setDefaultTimeout(10_000);
  const staff = await browser.newContext({ viewport: { width: 1280, height: 900 }, javaScriptEnabled: false });
  const desk = await staff.newPage();
  await desk.goto(base + '/console/sign-in');
  await desk.click('button[value=administrator]');

  await check(`the chat says that AI answers before it does, ${tag}`, async () => {
    await begin(page);
    must((await page.locator('#who').textContent()).includes('(AI)'), 'no disclosure');
    must(await page.locator('#log li').count() === 0, 'something was said before the customer');
  });
  await check(`the program answers, and a mail address stays here, ${tag}`, async () => {
    await send(page, 'I am jane.doe@example.org');
    await said(page, 'sandbox').waitFor();
    must(await said(page, 'sandbox').locator('strong', { hasText: 'Program (AI)' }).count() === 1, 'the answer is not marked');
  });
  await check(`“are you a bot?” is answered truthfully, ${tag}`, async () => {
    await send(page, 'Are you a bot?');
    await said(page, 'not a person').waitFor();
  });
  await check(`a wish for a person silences the program and shows the place, ${tag}`, async () => {
    await send(page, 'I want to talk to a human');
    await page.locator('#who', { hasText: 'You are number' }).waitFor();
    await send(page, 'Is anybody there?');
    await said(page, 'Is anybody there?').waitFor();
    must(await page.locator('#log li.bot').count() === 2, 'the program speaks on');
  });
  await take(desk, 'Is anybody there?');
  await desk.fill('#f-text', 'Good day, this is Ada');
  await desk.click('button[value=say]');
  await check(`a person's answer reaches the customer, ${tag}`, async () => {
    if (!js) await page.click('#news');
    await said(page, 'Good day, this is Ada').waitFor();
    await page.locator('#who', { hasText: 'A person is answering' }).waitFor();
    await send(page, 'Thank you, Ada');
    await said(page, 'Thank you, Ada').waitFor();
    must(await page.locator('#log li.bot').count() === 2, 'the program talks over a person');
    must(await said(page, 'A person is taking over').count() === 1, 'not exactly one hand-over message');
  });
  await desk.reload();
  await check(`the desk gets the customer's answer, ${tag}`, async () => must(await desk.locator('li', { hasText: 'Thank you, Ada' }).count() === 1, 'lost'));
  await desk.click('button[value=return]');
  await check(`the program speaks again after the return, ${tag}`, async () => {
    await send(page, 'And my parcel?');
    await page.locator('#log li.bot >> nth=2').waitFor();
    await page.locator('#who', { hasText: '(AI)' }).waitFor();
  });
  await check(`nothing is said twice, ${tag}`, async () => {
    await page.goto(page.url());
    for (const once of ['Is anybody there?', 'Good day, this is Ada', 'And my parcel?']) must(await page.locator('#log li.customer, #log li.human').filter({ hasText: once }).count() === 1, once);
  });
  await check(`an empty message is explained, ${tag}`, async () => {
    await page.focus('#f-text');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.waitForSelector('.summary');
    must((await page.title()).startsWith('Error:'), 'the title does not say Error');
  });
  await customer.close();
  await staff.close();
}

// reviewWalk: a customer contests a decision, a reviewer overturns it with the
// explanation beside the case, and the customer reads the outcome.
async function reviewWalk(width) {
  const plain = await browser.newContext({ viewport: { width, height: 800 }, javaScriptEnabled: false, locale: 'en' });
  const page = await plain.newPage();
  page.setDefaultTimeout(10_000);
  await page.goto(why);
  await page.goto(base + (await page.locator('a[href*="/p/human/"]').first().getAttribute('href')).split('?')[0] + '?kind=unfair');
  await check(`a decision's page for a human leads to the chat at ${width}px`, async () => must(await page.locator('a[href*="/p/chat/"]').count() === 1, 'no chat'));
  const words = `This is not me at all, ${width}`;
  await page.fill('#f-text', words);
  await page.click('form[action*="/p/human/"] button');
  const staff = await browser.newContext({ viewport: { width, height: 900 }, bypassCSP: true });
  const desk = await staff.newPage();
  desk.setDefaultTimeout(10_000);
  await desk.goto(base + '/console/sign-in');
  await desk.click('button[value=reviewer]');
  await desk.goto(base + '/console/conversations');
  await look(desk, 'the conversations', width);
  await desk.locator('section.card', { hasText: words }).locator('a.btn').click();
  await look(desk, 'a case', width);
  await check(`the explanation stands beside the case at ${width}px`, async () => {
    must(await desk.locator('blockquote', { hasText: words }).count() === 1, 'what the customer wrote is missing');
    must(await desk.locator('[aria-labelledby=mc] .reasons li').count() > 0, 'the reasons are missing');
    must(await desk.locator('[aria-labelledby=da] tbody tr').count() > 0, 'the data is missing');
  });
  await desk.click('button:has-text("Put it on record")');
  await check(`a click is no review at ${width}px`, async () => must(await desk.locator('.summary').count() === 1, 'it went through'));
  await desk.check('input[value=overturned]');
  await desk.fill('#f-action', 'a call by a person');
  await desk.check('input[value=data]');
  await desk.fill('#f-reason', `The file was another person's, ${width}`);
  await desk.click('button:has-text("Put it on record")');
  await desk.waitForURL(/\/console\/decisions\/dec_/);
  await look(desk, 'a review', width);
  await check(`the customer reads the outcome at ${width}px`, async () => {
    await page.goto(why);
    must((await page.locator('main').textContent()).includes(`another person's, ${width}`), 'nothing about the review');
  });
  await look(desk, 'a reviewed decision', width);
  await plain.close();
  await staff.close();
}

export async function chatWalk() {
  for (const js of [false, true]) for (const width of [320, 1280]) await walk(js, width);
  for (const width of [320, 1280]) await reviewWalk(width);
  for (const width of [320, 1280]) {
    const context = await browser.newContext({ viewport: { width, height: 800 }, bypassCSP: true, locale: 'en' });
    const page = await context.newPage();
    const resp = await page.goto(base + '/p/try-chat');
    await check('the page to try is the demo’s', async () => must(resp.status() === 200, `status ${resp.status()}`));
    await look(page, 'the page to try the chat', width);
    await begin(page);
    await check('the chat’s policy allows our own script alone', async () => {
      const r = await page.request.get(page.url(), { headers: { 'Accept-Encoding': 'gzip' } });
      const csp = r.headers()['content-security-policy'];
      must(csp.includes("script-src 'self'") && !csp.includes('unsafe'), csp);
      must((await r.body()).length < 14_000, 'the page is larger than 14 KB');
    });
    await send(page, 'hello');
    await said(page, 'sandbox').waitFor();
    await look(page, 'a chat with the program', width, 'chat');
    await page.click('button[value=person]');
    await page.locator('#who', { hasText: 'You are number' }).waitFor();
    await page.locator('summary', { hasText: 'Another time' }).click();
    await look(page, 'a chat that waits for a person', width, 'chat');
    for (const lang of ['de', 'fr', 'es']) {
      await page.goto(page.url().split(/[?#]/)[0] + `?lang=${lang}`);
      await look(page, `the chat in ${lang}`, width, 'chat');
    }
    await context.close();
  }
}
