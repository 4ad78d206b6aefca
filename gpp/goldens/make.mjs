// Makes golden strings with the reference encoders; see README.md.
import fs from "node:fs";
import path from "node:path";
import zlib from "node:zlib";
import { fileURLToPath } from "node:url";
import { draw } from "./draw.mjs";
import { caStrings } from "./tcfca.mjs";
import { coreStrings, euStrings } from "./tcfeu.mjs";
import { mixedStrings } from "./mixed.mjs";
import { usStrings } from "./us.mjs";

const here = path.dirname(fileURLToPath(import.meta.url));
const arg = (name, otherwise) => {
  const i = process.argv.indexOf("--" + name);
  return i < 0 ? otherwise : process.argv[i + 1];
};
const seed = Number(arg("seed", "20260101"));
const out = arg("out", path.join(here, "..", "testdata"));
fs.mkdirSync(out, { recursive: true });

const makers = { us: usStrings, tcfeu: euStrings, tcfca: caStrings, core: coreStrings, mixed: mixedStrings };
const counts = {};
for (const [name, make] of Object.entries(makers)) {
  const lines = make(draw(seed, name)).map((line) => JSON.stringify(line));
  counts[name] = lines.length;
  const file = path.join(out, name + ".jsonl.gz");
  fs.writeFileSync(file, zlib.gzipSync(lines.join("\n") + "\n", { level: 9 }));
}
const about = { seed, packages: { "@iabgpp/cmpapi": "3.2.0", "@iabtechlabtcf/core": "1.5.21" }, strings: counts };
fs.writeFileSync(path.join(out, "goldens.json"), JSON.stringify(about, null, 2) + "\n");
console.log(about);
