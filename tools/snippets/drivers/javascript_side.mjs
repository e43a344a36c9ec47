// Runs slow, fast and check of the working folder: checks once, then times `work` in turns.
//
//     node --expose-gc driver.mjs ROUNDS
//
// The answer is result.json.

import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';

const SAMPLE_NS = 2_000_000;
const rounds = Number(process.argv[2]);
const counts = [];

globalThis.counted = (what, slow, fast) => {
  assert.ok(fast < slow, `${what}: ${fast} with the fast version is not less than ${slow} with the slow one`);
  counts.push({ what, slow, fast });
};

const sides = { slow: await import('./slow.mjs'), fast: await import('./fast.mjs') };
const check = await import('./check.mjs');
assert.equal(typeof check.work, 'function', 'the check exports no work(side)');

// Only what gives a promise is waited for: a turn of the event loop costs more than short work.
async function sample(side, loops) {
  const begun = process.hrtime.bigint();
  for (let loop = 0; loop < loops; loop += 1) {
    const result = check.work(side);
    if (result instanceof Promise) await result;
  }
  return Number(process.hrtime.bigint() - begun) / loops;
}

const times = { slow: [], fast: [] };
for (const side of Object.values(sides)) await sample(side, 1);
if (rounds > 0) {
  for (const side of Object.values(sides)) {
    for (let warm = 0; warm < 20; warm += 1) await sample(side, 1);
  }
  const longest = Math.max(await sample(sides.slow, 1), await sample(sides.fast, 1));
  const loops = Math.max(1, Math.floor(SAMPLE_NS / longest));
  for (let round = 0; round < rounds; round += 1) {
    const order = Math.random() < 0.5 ? ['slow', 'fast'] : ['fast', 'slow'];
    for (const name of [...order, ...order.reverse()]) times[name].push(await sample(sides[name], loops));
  }
}
writeFileSync('result.json', JSON.stringify({ counted: counts, ...times }));
