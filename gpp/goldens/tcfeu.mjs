// Section 2 by the GPP's encoder, and TCF strings by the TCF's own.
import { GVL, PurposeRestriction, TCModel, TCString } from "./node_modules/@iabtechlabtcf/core/lib/mjs/index.js";
import { cmp, encodeFresh, one, plain } from "./reference.mjs";

export function euStrings(d) {
  const lines = [];
  for (let i = 0; i < 500; i++) lines.push(one(2, randomEu(d).encode(), "tcfeuv2"));
  return lines;
}

export function restrictions(d) {
  const list = [];
  const n = d.chance(0.5) ? 0 : d.int(1, 6);
  for (let i = 0; i < n; i++) {
    const ids = d.ids().slice(0, 60);
    if (ids.length) list.push(new cmp.RangeEntry(d.int(1, 11), d.int(0, 2), ids));
  }
  return list;
}

export function randomEu(d) {
  const s = new cmp.TcfEuV2();
  const set = (name, v) => s.setFieldValue(name, v);
  set("CmpId", d.int(0, 4095));
  set("CmpVersion", d.int(0, 4095));
  set("ConsentScreen", d.int(0, 63));
  set("ConsentLanguage", d.letters());
  set("VendorListVersion", d.int(0, 4095));
  set("PolicyVersion", d.pick([2, 3, 4, 5, 5, 5, 6]));
  set("UseNonStandardStacks", d.chance(0.5));
  set("SpecialFeatureOptins", d.bools(12));
  set("PurposeConsents", d.bools(24));
  set("PurposeLegitimateInterests", d.bools(24));
  set("PurposeOneTreatment", d.chance(0.5));
  set("PublisherCountryCode", d.letters());
  set("VendorConsents", d.ids());
  set("VendorLegitimateInterests", d.ids());
  set("PublisherRestrictions", restrictions(d));
  set("PublisherConsents", d.bools(24));
  set("PublisherLegitimateInterests", d.bools(24));
  const n = d.chance(0.5) ? 0 : d.int(1, 63);
  set("NumCustomPurposes", n);
  set("PublisherCustomConsents", d.bools(n));
  set("PublisherCustomLegitimateInterests", d.bools(n));
  set("VendorsDisclosed", d.ids());
  set("Created", d.day());
  return s;
}

const purposes = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11];
const list = { gvlSpecificationVersion: 3, vendorListVersion: 48, tcfPolicyVersion: 5, lastUpdated: "2026-01-01T00:00:00Z", purposes: {}, specialPurposes: {}, features: {}, specialFeatures: {}, stacks: {}, dataCategories: {}, vendors: {} };
for (const id of purposes) list.purposes[id] = { id, name: "" + id };
for (let id = 1; id <= 1600; id++) {
  if (id % 37 === 0) continue; // gaps, over which the encoder joins restrictions
  list.vendors[id] = { id, name: "v" + id, purposes: [1, 3, 4, 5, 6], legIntPurposes: [2, 7, 8, 9, 10, 11], flexiblePurposes: [2, 7, 8, 9, 10, 11], specialPurposes: [], features: [], specialFeatures: [] };
}
const gvl = new GVL(list);

export function coreStrings(d) {
  const lines = [];
  for (let i = 0; i < 600; i++) lines.push(readCore(randomCore(d), "tcf"));
  return lines;
}

export function randomCore(d) {
  const m = new TCModel(gvl);
  const some = (n) => d.bools(n).flatMap((on, i) => (on ? [i + 1] : []));
  m.cmpId = d.int(2, 4095);
  m.cmpVersion = d.int(2, 4095);
  m.consentScreen = d.int(0, 63);
  m.policyVersion = d.pick([2, 4, 5, 5, 5]);
  m.isServiceSpecific = d.chance(0.85);
  m.useNonStandardTexts = d.chance(0.5);
  m.purposeOneTreatment = d.chance(0.5);
  m.publisherCountryCode = d.letters();
  m.specialFeatureOptins.set(some(12));
  m.purposeConsents.set(some(24));
  m.purposeLegitimateInterests.set(some(24));
  m.vendorConsents.set(d.ids());
  m.vendorLegitimateInterests.set(d.ids());
  m.vendorsDisclosed.set(d.ids());
  m.publisherConsents.set(some(24));
  m.publisherLegitimateInterests.set(some(24));
  m.numCustomPurposes = d.chance(0.5) ? 0 : d.int(1, 63);
  m.publisherCustomConsents.set(some(m.numCustomPurposes));
  m.publisherCustomLegitimateInterests.set(some(m.numCustomPurposes));
  for (let i = d.chance(0.5) ? 0 : d.int(1, 5); i > 0; i--) {
    const r = new PurposeRestriction(d.pick([2, 7, 8, 9, 10]), d.int(0, 2));
    for (const id of d.ids().slice(0, 60)) m.publisherRestrictions.add(id, r);
  }
  const day = d.day();
  m.created = day;
  m.lastUpdated = day;
  return TCString.encode(m);
}

// readCore is a golden line of a TCF string, under the names of the GPP's
// package; canonical is what the TCF's own encoder writes of what it read.
export function readCore(s, from) {
  const m = TCString.decode(s);
  const on = (vector, n) => Array.from({ length: n }, (_, i) => vector.has(i + 1));
  const ids = (vector) => [...vector.values()].sort((a, b) => a - b);
  const entries = new cmp.TcfEuV2(s);
  const fields = {
    Version: m.version, Created: m.created, LastUpdated: m.lastUpdated, CmpId: m.cmpId, CmpVersion: m.cmpVersion,
    ConsentScreen: m.consentScreen, ConsentLanguage: m.consentLanguage, VendorListVersion: m.vendorListVersion,
    PolicyVersion: m.policyVersion, IsServiceSpecific: m.isServiceSpecific, UseNonStandardStacks: m.useNonStandardTexts,
    SpecialFeatureOptins: on(m.specialFeatureOptins, 12), PurposeConsents: on(m.purposeConsents, 24),
    PurposeLegitimateInterests: on(m.purposeLegitimateInterests, 24), PurposeOneTreatment: m.purposeOneTreatment,
    PublisherCountryCode: m.publisherCountryCode, VendorConsents: ids(m.vendorConsents),
    VendorLegitimateInterests: ids(m.vendorLegitimateInterests),
    PublisherRestrictions: entries.getFieldValue("PublisherRestrictions"), VendorsDisclosed: ids(m.vendorsDisclosed),
    PublisherConsents: on(m.publisherConsents, 24), PublisherLegitimateInterests: on(m.publisherLegitimateInterests, 24),
    NumCustomPurposes: m.numCustomPurposes, PublisherCustomConsents: on(m.publisherCustomConsents, m.numCustomPurposes),
    PublisherCustomLegitimateInterests: on(m.publisherCustomLegitimateInterests, m.numCustomPurposes),
  };
  m.gvl = gvl;
  const language = m.consentLanguage;
  const again = TCString.encode(m);
  return { from, s, sections: { tcfeuv2: plain(fields) }, canonical: again, language };
}
