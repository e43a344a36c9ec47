"use strict";

/** Events come by time, then by number. */
function before(left, right) {
  return left.time - right.time || left.number - right.number;
}

/** Runs events; each one of kind "spawn" adds two later ones. Returns numbers in the order in which they ran. */
function simulate(initial, limit) {
  const queue = [...initial].sort(before);
  const ran = [];
  let next = initial.length;
  while (queue.length > 0 && ran.length < limit) {
    const event = queue.shift();
    ran.push(event.number);
    if (event.kind === "spawn") {
      for (const delay of [3, 11]) {
        const kind = next % 4 === 0 ? "stop" : "spawn";
        queue.push({ time: event.time + ((delay * next) % 17) + 1, number: next, kind });
        next += 1;
      }
    }
  }
  return ran;
}

module.exports = { simulate, before };
