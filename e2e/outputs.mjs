// A marketer marks a picture and asks what it says; the pages' languages say what
// they are.
import { readFileSync, writeFileSync, mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { tmpdir } from 'node:os';
import { base, why, browser, check, must, look } from './lib.mjs';

export async function outputsWalk() {
  const dir = mkdtempSync(join(tmpdir(), 'fairtouch-outputs-'));
  const file = join(dir, 'spring.png');
  writeFileSync(file, Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==', 'base64'));
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, bypassCSP: true, acceptDownloads: true });
  const page = await context.newPage();
  await page.goto(base + '/console/sign-in');
  await page.click('button[value=marketer]');
  const marked = join(dir, 'down.png');
  await check('a marketer marks a picture and gets it back', async () => {
    await page.goto(base + '/console/marks');
    await page.setInputFiles('#f-picture', file);
    const [down] = await Promise.all([page.waitForEvent('download'), page.click('button:has-text("Mark it")')]);
    must(down.suggestedFilename() === 'spring-marked.png', down.suggestedFilename());
    await down.saveAs(marked);
    must(readFileSync(marked).includes('trainedAlgorithmicMedia'), 'the picture carries no mark');
  });
  await check('the picture says what it is, and is known, also without its marks', async () => {
    await page.setInputFiles('#f-looked', marked);
    await page.click('button:has-text("Read and recognise")');
    const says = await page.locator('section:has(#says)').textContent();
    must(says.includes('trainedAlgorithmicMedia') && says.includes('c2pa.created') && says.includes('holds'), says);
    must((await page.locator('section:has(#known)').textContent()).includes('the same bytes'), 'it is not known');
    await page.setInputFiles('#f-looked', file);
    await page.click('button:has-text("Read and recognise")');
    must((await page.locator('h1').textContent()).includes('This was made here'), 'a stripped picture is not known');
  });
  for (const width of [1280, 320]) {
    await page.setViewportSize({ width, height: 900 });
    await look(page, 'what a picture says', width);
  }
  await check('a file that is no picture is refused beside its field', async () => {
    writeFileSync(join(dir, 'notes.txt'), 'no picture');
    await page.setInputFiles('#f-picture', join(dir, 'notes.txt'));
    await page.click('button:has-text("Mark it")');
    must((await page.locator('#e-picture').textContent()).includes('no JPEG'), 'no error beside the field');
  });
  await check('a feed that hides what AI made is found out', async () => {
    writeFileSync(join(dir, 'feed.tsv'), 'id\tstructured_title\nA1\tby_hand:Boots\n');
    await page.setInputFiles('#f-feed', join(dir, 'feed.tsv'));
    await page.click('button:has-text("Check the feed")');
    must((await page.locator('section:has(#found)').textContent()).includes('trained_algorithmic_media'), 'nothing was found');
  });
  for (const width of [1280, 320]) {
    await page.setViewportSize({ width, height: 900 });
    await look(page, 'what a feed says', width);
  }
  await context.close();

  const reader = await browser.newContext({ javaScriptEnabled: false, locale: 'fi-FI' });
  const r = await reader.newPage();
  await check('Arabic is laid out from the right and says that nobody reviewed it', async () => {
    await r.goto(`${why}?lang=ar`);
    must(await r.locator('html[lang=ar][dir=rtl]').count() === 1, 'no lang and dir');
    must((await r.locator('main > p.quiet').last().textContent()).includes('لم يراجع'), 'the translation claims to be reviewed');
  });
  await check('who reads Finnish is told in Finnish that there is none', async () => {
    await r.goto(why);
    must(await r.locator('html[lang=en][dir=ltr]').count() === 1, 'the page is not in English');
    must((await r.locator('p[lang=fi]').textContent()).includes('suomeksi'), 'nothing is said');
  });
  await reader.close();
}
