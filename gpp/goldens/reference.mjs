// What the scripts need of @iabgpp/cmpapi. Its inner modules are reached by
// path, for the package exports only its surface.
const inner = (name) => import(new URL("./node_modules/@iabgpp/cmpapi/lib/mjs/encoder/" + name, import.meta.url).href);

const { GppModel } = await inner("GppModel.js");
const { HeaderV1 } = await inner("section/HeaderV1.js");
const { TcfEuV2 } = await inner("section/TcfEuV2.js");
const { TcfCaV1 } = await inner("section/TcfCaV1.js");
const { UspV1 } = await inner("section/UspV1.js");
const { CompressedBase64UrlEncoder } = await inner("base64/CompressedBase64UrlEncoder.js");
const { RangeEntry } = await inner("datatype/RangeEntry.js");

// The package reads a Fibonacci number of any size and then lists every id up to
// it, so that an older Canadian string, which it tries as a newer one first, can
// end the process. A number that is no vendor id fails here instead, and the
// package goes on to the older reading as it means to.
const { FibonacciIntegerEncoder } = await inner("datatype/encoder/FibonacciIntegerEncoder.js");
const decode = FibonacciIntegerEncoder.decode;
FibonacciIntegerEncoder.decode = (bits) => {
  const n = decode(bits);
  if (n > 65535) throw new Error("no vendor id");
  return n;
};

const states = "Nat Ca Va Co Ut Ct Fl Mt Or Tx De Ia Ne Nh Nj Tn Mn Md In Ky Ri".split(" ");
const us = [];
for (const state of states) {
  const section = (await inner(`section/Us${state}.js`))["Us" + state];
  us.push(section);
}

export const cmp = { GppModel, HeaderV1, TcfEuV2, TcfCaV1, UspV1, RangeEntry, base64: CompressedBase64UrlEncoder.getInstance(), us };
export const all = [TcfEuV2, TcfCaV1, UspV1, ...us];

// plain makes JSON of a value as the packages print it.
export const plain = (v) => JSON.parse(JSON.stringify(v));

// encodeFresh encodes the values of a decoded section, not its cached strings.
export function encodeFresh(section) {
  section.toObj();
  for (const segment of section.segments) {
    if (segment.encodedString != null) segment.dirty = true;
  }
  section.setIsDirty(true);
  return section.encode();
}

// headerOf encodes a header over section ids.
export function headerOf(ids) {
  const header = new HeaderV1();
  header.setFieldValue("SectionIds", ids);
  return header.encode();
}

// readGpp is a golden line of a GPP string.
export function readGpp(s, from) {
  const model = new GppModel(s);
  const sections = plain(model.toObject());
  const header = plain(model.getHeader());
  const parts = [];
  for (const id of model.getSectionIds()) {
    const Section = all.find((c) => c.ID === id);
    parts.push(encodeFresh(new Section(s.split("~")[1 + header.SectionIds.indexOf(id)])));
  }
  const canonical = [headerOf(model.getSectionIds()), ...parts].join("~");
  return { from, s, header, sections, canonical };
}

// one wraps a single section's string as a GPP string and reads it.
export const one = (id, text, from) => readGpp(headerOf([id]) + "~" + text, from);
