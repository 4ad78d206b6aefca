// Strings of several sections, some with a TCF section by the TCF's own encoder
// and some with a header padded as the text of the specification says.
import { all, cmp, headerOf, readGpp } from "./reference.mjs";
import { randomCa } from "./tcfca.mjs";
import { randomCore, randomEu } from "./tcfeu.mjs";
import { randomUs } from "./us.mjs";

export function mixedStrings(d) {
  const lines = [];
  for (let i = 0; i < 700; i++) lines.push(mixed(d, i));
  return lines;
}

function mixed(d, i) {
  const chosen = all.filter(() => d.chance(0.22));
  if (chosen.length === 0) chosen.push(cmp.us[0]);
  const foreign = i % 5 === 0;
  const parts = chosen.map((Section) => text(d, Section, foreign));
  let header = headerOf(chosen.map((c) => c.ID));
  if (i % 7 === 0) header = header.replace(/A$/, ""); // padded to characters only, where that makes a difference
  const s = [header, ...parts].join("~");
  const line = readGpp(s, foreign ? "gpp with the TCF's own string" : "gpp");
  // What a foreign encoder wrote stays as it is: see docs/design/gpp.md.
  if (foreign || i % 7 === 0) line.canonical = s;
  return line;
}

function text(d, Section, foreign) {
  if (Section === cmp.TcfEuV2) return foreign ? serviceSpecific(d) : randomEu(d).encode();
  if (Section === cmp.TcfCaV1) return randomCa(d).encode();
  if (Section === cmp.UspV1) return "1" + d.pick(["-", "Y", "N"]) + d.pick(["-", "Y", "N"]) + d.pick(["-", "Y", "N"]);
  return randomUs(d, Section);
}

function serviceSpecific(d) {
  for (;;) {
    const s = randomCore(d);
    if (new cmp.TcfEuV2(s).getFieldValue("IsServiceSpecific")) return s;
  }
}
