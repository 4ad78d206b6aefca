// Sections 6 to 27: every field at random within what its validator takes.
import { cmp, encodeFresh, one } from "./reference.mjs";

const spp = ["-", "Y", "N"];

export function usStrings(d) {
  const lines = [];
  for (const a of spp) for (const b of spp) for (const c of spp) {
    lines.push({ ...one(6, "1" + a + b + c, "uspv1"), bare: "1" + a + b + c });
  }
  for (const Section of cmp.us) {
    const many = Section.ID === 7 ? 400 : 160;
    for (let i = 0; i < many; i++) lines.push(one(Section.ID, randomUs(d, Section), Section.NAME));
  }
  for (let i = 0; i < 200; i++) {
    const line = one(7, legacyNational(d, i % 2 === 1), "usnat legacy length");
    if (i % 2 === 0) line.canonical = line.s; // padded as the text says: kept, see docs/design/gpp.md
    lines.push(line);
  }
  return lines;
}

export function randomUs(d, Section) {
  const section = new Section();
  for (const segment of section.segments) {
    for (const name of segment.getFieldNames()) fill(d, section, Section, segment, name);
  }
  const flag = ["GpcSegmentIncluded", "SensitiveDataConsentSegmentIncluded"].find((n) => section.hasField(n) || section.segments.some((g) => g.hasField(n)));
  if (flag) section.setFieldValue(flag, d.chance(0.6));
  return section.encode();
}

function fill(d, section, Section, segment, name) {
  const field = segment.fields.get(name);
  if (name === "GpcSegmentType") return;
  if (name === "Version" || name === "MspaVersion") {
    if (Section.ID === 7) section.setFieldValue(name, d.pick([1, 2]));
    return;
  }
  if (name === "Gpc") return section.setFieldValue(name, d.chance(0.5));
  const low = name === "MspaCoveredTransaction" ? 1 : 0;
  if (Array.isArray(field.getValue())) {
    return section.setFieldValue(name, field.getValue().map(() => d.int(0, 2)));
  }
  section.setFieldValue(name, d.int(low, 2));
}

// legacyNational is a national core of 12 sensitive and 2 child entries, padded
// as the text says (60 bits) or as the encoder of its time did (66).
function legacyNational(d, byEncoder) {
  const two = (n) => n.toString(2).padStart(2, "0");
  let bits = "000001";
  for (let i = 0; i < 9 + 12 + 2 + 1; i++) bits += two(d.int(0, 2));
  bits += two(d.int(1, 2)) + two(d.int(0, 2)) + two(d.int(0, 2));
  if (byEncoder) return cmp.base64.encode(bits) + (d.chance(0.5) ? ".YA" : "");
  let text = "";
  const dict = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  for (let i = 0; i < bits.length; i += 6) text += dict[parseInt(bits.slice(i, i + 6), 2)];
  return text + (d.chance(0.5) ? ".QA" : "");
}
