// Section 5, as its encoder writes it now and as it wrote it before.
import { cmp, encodeFresh, one } from "./reference.mjs";
import { restrictions } from "./tcfeu.mjs";

export function caStrings(d) {
  const lines = [];
  for (let i = 0; i < 420; i++) lines.push(one(5, randomCa(d).encode(), "tcfcav1"));
  for (let i = 0; i < 120; i++) {
    const text = legacy(randomCa(d));
    const line = one(5, text, "tcfcav1 with 16-bit ranges");
    lines.push(line);
  }
  return lines;
}

export function randomCa(d) {
  const s = new cmp.TcfCaV1();
  const set = (name, v) => s.setFieldValue(name, v);
  set("CmpId", d.int(0, 4095));
  set("CmpVersion", d.int(0, 4095));
  set("ConsentScreen", d.int(0, 63));
  set("ConsentLanguage", d.letters());
  set("VendorListVersion", d.int(0, 4095));
  set("TcfPolicyVersion", d.int(0, 63));
  set("UseNonStandardStacks", d.chance(0.5));
  set("SpecialFeatureExpressConsent", d.bools(12));
  set("PurposesExpressConsent", d.bools(24));
  set("PurposesImpliedConsent", d.bools(24));
  set("VendorExpressConsent", d.ids());
  set("VendorImpliedConsent", d.ids());
  set("PubRestrictions", restrictions(d));
  set("PubPurposesExpressConsent", d.bools(24));
  set("PubPurposesImpliedConsent", d.bools(24));
  const n = d.chance(0.5) ? 0 : d.int(1, 63);
  set("NumCustomPurposes", n);
  set("CustomPurposesExpressConsent", d.bools(n));
  set("CustomPurposesImpliedConsent", d.bools(n));
  set("DisclosedVendors", d.chance(0.4) ? [] : d.ids());
  set("Created", d.moment());
  set("LastUpdated", d.moment());
  return s;
}

// legacy writes the section's values with the fields that older encoders had.
function legacy(s) {
  const parts = s.segments.map((segment) => {
    if (!segment.buildFields) return segment.encode();
    const old = segment.buildFields(true);
    for (const name of segment.getFieldNames()) old.get(name).setValue(segment.fields.get(name).getValue());
    return segment.encodeSegment(old);
  });
  if (s.getFieldValue("DisclosedVendors").length === 0) parts.pop();
  return parts.join(".");
}
