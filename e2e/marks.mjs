// Marks in images, read by programs that are not ours: exiftool for IPTC and all
// other metadata, two readers of content credentials: c2pa-ts for JPEG and PNG,
// and the reference implementation, c2pa-wasm, for all four formats. The argument
// is the binary.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { tmpdir } from 'node:os';
import { JPEG, PNG } from '@trustnxt/c2pa-ts/asset';
import { SuperBox } from '@trustnxt/c2pa-ts/jumbf';
import { ManifestStore } from '@trustnxt/c2pa-ts/manifest';
import { createRequire } from 'node:module';
import initReference, { WasmReader } from '@contentauth/c2pa-wasm';

const bin = process.argv[2];
const dir = mkdtempSync(join(tmpdir(), 'fairtouch-marks-'));
const at = name => join(dir, name);
const run = (...args) => execFileSync(bin, ['--data', at('data'), ...args], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
const status = (...args) => { try { run(...args); return 0; } catch (e) { return e.status; } };
const generated = 'http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia';
let passed = 0, failed = 0;
async function check(name, f) {
  try { await f(); passed++; } catch (e) { failed++; console.log(`FAIL ${name}: ${String(e.message).split('\n')[0]}`); }
}
const must = (ok, what) => { if (!ok) throw new Error(what); };

// Small pictures with metadata that must survive, written by exiftool itself
// where it can write the format.
const bases = {
  'a.jpg': '/9j/4AAQSkZJRgABAQEASABIAAD/2wBDAP//////////////////////////////////////////////////////////////////////////////////////wAALCAABAAEBAREA/8QAFAABAAAAAAAAAAAAAAAAAAAAA//EABQQAQAAAAAAAAAAAAAAAAAAAAD/2gAIAQEAAD8AN//Z',
  'a.png': 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'a.webp': 'UklGRiIAAABXRUJQVlA4IBYAAAAwAQCdASoBAAEADsD+JaQAA3AAAAAA',
};
for (const [name, b64] of Object.entries(bases)) {
  writeFileSync(at(name), Buffer.from(b64, 'base64'));
  execFileSync('exiftool', ['-q', '-overwrite_original', '-XMP-dc:Rights=© Jo Example', '-XMP-dc:Subject=spring', '-XMP-dc:Subject=offer', '-EXIF:Artist=Jo Example', at(name)]);
}
writeFileSync(at('a.svg'), `<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 2 2"><metadata><x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:rights>Jo Example</dc:rights></rdf:Description></rdf:RDF></x:xmpmeta></metadata><rect width="2" height="2"/></svg>`);

// tags reads every tag but those that speak of the file itself, and those that
// the mark adds.
const tags = file => JSON.parse(execFileSync('exiftool', ['-j', '-G1', '-a', '-b', file], { encoding: 'utf8', maxBuffer: 1 << 26 }))[0];
const own = k => /^(SourceFile|ExifTool:|System:|File:|JUMBF:|CBOR:|RIFF:)/.test(k) || /DigitalSourceType|SvgMetadataManifest|XMPToolkit|XMP-c2pa:|VP8X|WebP_Flags|ImageWidth|ImageHeight/.test(k);
async function validate(bytes) {
  const asset = JPEG.canRead(bytes) ? new JPEG(bytes) : new PNG(bytes);
  const jumbf = asset.getManifestJUMBF();
  if (!jumbf) return { isValid: false, statusEntries: [{ code: 'none found' }] };
  const store = ManifestStore.read(SuperBox.fromBuffer(jumbf));
  return Object.assign(await store.validate(asset), { manifests: store.manifests.length });
}

for (const name of ['a.jpg', 'a.png', 'a.webp', 'a.svg']) {
  const out = name.replace('a.', 'marked.');
  run('disclose', 'mark', at(name), '-o', at(out));
  await check(`exiftool reads the IPTC mark in ${name}, and everything that was there`, () => {
    const was = tags(at(name)), is = tags(at(out));
    const found = Object.entries(is).find(([k]) => k.endsWith('DigitalSourceType') && !/CBOR|JUMBF|c2pa/.test(k));
    must(found && found[1] === generated, `DigitalSourceType is ${found && found[1]}`);
    let kept = 0;
    for (const [k, v] of Object.entries(was)) {
      if (own(k)) continue;
      kept++;
      must(JSON.stringify(is[k]) === JSON.stringify(v), `${k} was ${JSON.stringify(v)} and is ${JSON.stringify(is[k])}`);
    }
    must(kept >= 1 && JSON.stringify(is).includes('Jo Example'), `${kept} tags were compared`);
    // exiftool 12 takes the second of two chunks that both begin at offset 0, Exif
    // and JUMBF, for the first again, in whatever PNG has both, and says so.
    const complaint = is['ExifTool:Warning'] || is['ExifTool:Error'];
    must(!complaint || complaint === 'JUMBFBox pointer references previous IFD0 directory', `exiftool: ${complaint}`);
  });
  await check(`a second mark of ${name} keeps the first's credentials`, () => {
    run('disclose', 'mark', at(out), '-o', at('twice' + out));
    const said = JSON.parse(run('--json', 'disclose', 'read', at('twice' + out)));
    must(said.claims.length === 2 && said.claims.every(c => c.holds), JSON.stringify(said.claims));
  });
}

for (const name of ['marked.jpg', 'marked.png', 'twicemarked.jpg', 'twicemarked.png']) {
  const bytes = readFileSync(at(name));
  await check(`c2pa-ts holds ${name} to be valid`, async () => {
    const r = await validate(new Uint8Array(bytes));
    must(r.isValid, JSON.stringify(r.statusEntries));
    const codes = r.statusEntries.map(e => e.code);
    for (const c of ['claimSignature.validated', 'assertion.dataHash.match', 'assertion.hashedURI.match']) must(codes.includes(c), `${c} is not among ${codes}`);
    must(r.manifests === (name.startsWith('twice') ? 2 : 1), `${r.manifests} manifests`);
  });
  await check(`one flipped byte of the picture or of the metadata in ${name} makes it invalid`, async () => {
    // The last manifest is the active one. c2pa-ts doesn't follow the hash of an
    // ingredient's manifest; our own reader must.
    const active = [bytes.length - 20, bytes.indexOf('Jo Example'), bytes.lastIndexOf('digitalSourceType'), bytes.lastIndexOf('development signer')];
    const earlier = name.startsWith('twice') ? [bytes.indexOf('c2pa.created'), bytes.indexOf('development signer')] : [];
    for (const i of [...active, ...earlier]) {
      must(i > 0, 'a spot is not there');
      const changed = new Uint8Array(bytes);
      changed[i] ^= 1;
      let r;
      try { r = await validate(changed); } catch (e) { r = { isValid: false }; }
      must(!r.isValid || earlier.includes(i), `byte ${i} can be changed unseen`);
      const bad = at('bad' + name.slice(name.lastIndexOf('.')));
      writeFileSync(bad, changed);
      let said = { claims: [{ holds: false }] };
      try { said = JSON.parse(run('--json', 'disclose', 'read', bad)); } catch (e) { must(e.status === 1, `status ${e.status}`); if (e.stdout) said = JSON.parse(e.stdout); }
      must(said.claims === null || said.claims.length === 0 || !said.claims[0].holds, `our own reader accepts byte ${i}`);
    }
  });
}

await initReference({ module_or_path: readFileSync(createRequire(import.meta.url).resolve('@contentauth/c2pa-wasm/c2pa.wasm')) });
const media = { jpg: 'image/jpeg', png: 'image/png', webp: 'image/webp', svg: 'image/svg+xml' };
const authority = run('disclose', 'certificates').match(/-----BEGIN[^]*?END CERTIFICATE-----\n/g).at(-1);
const trusting = JSON.stringify({ trust: { user_anchors: authority }, verify: { verify_trust: true } });
// state is the reference's word on a file: Trusted, Valid or Invalid; unreadable.
async function state(ext, bytes, context) {
  try {
    return JSON.parse((await WasmReader.fromBytes(media[ext], bytes, context)).json()).validation_state;
  } catch { return 'unreadable'; }
}
for (const ext of Object.keys(media)) {
  for (const name of [`marked.${ext}`, `twicemarked.${ext}`]) {
    const bytes = readFileSync(at(name));
    await check(`the reference implementation holds ${name} to be valid, and trusted where our authority is`, async () => {
      must(await state(ext, new Uint8Array(bytes)) === 'Valid', await state(ext, new Uint8Array(bytes)));
      must(await state(ext, new Uint8Array(bytes), trusting) === 'Trusted', await state(ext, new Uint8Array(bytes), trusting));
    });
    await check(`the reference implementation refuses ${name} with one byte flipped`, async () => {
      const spots = [bytes.indexOf('Jo Example'), ext === 'svg' ? bytes.lastIndexOf('height="2"') + 8 : bytes.lastIndexOf('digitalSourceType')];
      for (const i of spots) {
        must(i > 0, 'a spot is not there');
        const changed = new Uint8Array(bytes);
        changed[i] ^= 1;
        const said = await state(ext, changed, trusting);
        must(said === 'Invalid' || said === 'unreadable', `byte ${i}: ${said}`);
      }
    });
  }
}

await check('an image whose marks were stripped is recognised, and another is not', () => {
  execFileSync('exiftool', ['-q', '-all=', '-o', at('stripped.png'), at('marked.png')]);
  writeFileSync(at('stripped.jpg'), readFileSync(at('a.jpg')));
  must(JSON.parse(run('--json', 'disclose', 'find', at('stripped.jpg'))).known[0].how === 'exact', 'the bytes before the mark are not known');
  writeFileSync(at('other.svg'), '<svg xmlns="http://www.w3.org/2000/svg"><g/></svg>');
  must(status('disclose', 'find', at('other.svg')) === 1, 'an unknown image is recognised');
});

rmSync(dir, { recursive: true, force: true });
console.log(`marks: ${passed} checks passed, ${failed} failed`);
process.exit(failed ? 1 : 0);
