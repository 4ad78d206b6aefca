// What every walk shares: the browser, the checks of a page, the count.
import { chromium } from 'playwright-core';
import { readFileSync, existsSync } from 'node:fs';
import { createRequire } from 'node:module';

export const base = process.env.FAIRTOUCH_URL;
export const why = process.env.FAIRTOUCH_WHY;
if (!base || !why) { console.error('set FAIRTOUCH_URL and FAIRTOUCH_WHY'); process.exit(2); }
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const binary = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(existsSync);
export const browser = await chromium.launch({ executablePath: binary, args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update', '--disable-sync', '--no-first-run'] });
export const tally = { passed: 0, failed: 0 };

// A check that hangs fails, too, and says which it was.
const patience = 180_000;
export async function check(name, f) {
  let timer;
  const late = new Promise((_, no) => { timer = setTimeout(() => no(new Error('it did not end in three minutes')), patience); });
  try { await Promise.race([f(), late]); tally.passed++; } catch (e) { tally.failed++; console.log(`FAIL ${name}: ${String(e.message).split('\n')[0]}`); } finally { clearTimeout(timer); }
}
export function must(ok, what) { if (!ok) throw new Error(what); }

// look checks what must hold of every page. The few that have a script of ours
// say so; none has one in the page itself.
export async function look(page, name, width, own = '') {
  await check(`${name} at ${width}px`, async () => {
    must(await page.locator('h1').count() === 1, 'not exactly one h1');
    const over = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    must(over <= 0, `scrolls sideways by ${over}px`);
    const scripts = own ? `script:not([src^="/assets/${own}."])` : 'script';
    must(await page.locator(`${scripts}, [style], style, [onclick]`).count() === 0, 'inline script or style');
    await page.evaluate(axe);
    const r = await page.evaluate(() => window.axe.run(document, { resultTypes: ['violations'] }));
    const bad = r.violations.filter(v => v.impact === 'serious' || v.impact === 'critical');
    must(bad.length === 0, bad.map(v => `${v.id}: ${v.nodes[0].target} ${v.nodes[0].failureSummary.replace(/\n/g, ' ')}`).join('; ').slice(0, 400));
  });
}

export async function visit(page, path, name, width) {
  const resp = await page.goto(path.startsWith('http') ? path : base + path);
  await check(`${name} answers`, async () => {
    must(resp.status() === 200, `status ${resp.status()}`);
    const csp = resp.headers()['content-security-policy'] || '';
    must(csp.includes("default-src 'none'") && !csp.includes('unsafe'), `CSP ${csp}`);
  });
  await look(page, name, width);
}
