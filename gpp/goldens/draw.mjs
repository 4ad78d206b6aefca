// Seeded choices: mulberry32 over the seed and a file's name.
export function draw(seed, name) {
  let state = seed >>> 0;
  for (const c of name) state = Math.imul(state ^ c.charCodeAt(0), 2654435761) >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
  const d = {
    // int gives a whole number from low to high, both included.
    int: (low, high) => low + Math.floor(next() * (high - low + 1)),
    chance: (p) => next() < p,
    pick: (list) => list[Math.floor(next() * list.length)],
    bools: (n) => {
      const p = next();
      return Array.from({ length: n }, () => next() < p);
    },
    letters: () => String.fromCharCode(65 + d.int(0, 25), 65 + d.int(0, 25)),
    // day is a whole day in UTC from 2020 to 2039, moment any tenth of a second.
    day: () => new Date(Date.UTC(2020, 0, 1 + d.int(0, 7300))),
    moment: () => new Date(1577836800000 + d.int(0, 6.3e9) * 100),
    ids: () => ids(d),
  };
  return d;
}

// ids draws sets of every shape: none, few, runs, dense, sparse, very high.
function ids(d) {
  const top = d.pick([0, 1, 5, 30, 45, 46, 47, 60, 100, 100, 300, 300, 800, 1500, d.chance(0.03) ? 65535 : 200]);
  const found = new Set();
  const shape = d.int(0, 4);
  if (top === 0) return [];
  if (shape === 0 && top < 2000) {
    const p = d.int(1, 99) / 100;
    for (let id = 1; id <= top; id++) if (d.chance(p)) found.add(id);
  } else if (shape === 1 && top < 2000) {
    for (let id = 1; id <= top; id++) found.add(id);
  } else {
    const runs = d.int(1, shape === 4 ? 25 : 6);
    for (let i = 0; i < runs; i++) {
      const from = d.int(1, top);
      const length = d.chance(0.4) ? 1 : d.int(2, 1 + Math.ceil(Math.min(top, 400) / 6));
      for (let id = from; id < from + length && id <= 65535; id++) found.add(id);
    }
  }
  return [...found].sort((a, b) => a - b);
}
