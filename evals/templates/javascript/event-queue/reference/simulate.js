"use strict";

/** Events come by time, then by number. */
function before(left, right) {
  return left.time - right.time || left.number - right.number;
}

function push(heap, event) {
  let at = heap.push(event) - 1;
  while (at > 0) {
    const parent = (at - 1) >> 1;
    if (before(heap[parent], event) <= 0) break;
    heap[at] = heap[parent];
    at = parent;
  }
  heap[at] = event;
}

function pop(heap) {
  const first = heap[0];
  const last = heap.pop();
  if (heap.length === 0) return first;
  let at = 0;
  for (;;) {
    let child = 2 * at + 1;
    if (child >= heap.length) break;
    if (child + 1 < heap.length && before(heap[child + 1], heap[child]) < 0) child += 1;
    if (before(heap[child], last) >= 0) break;
    heap[at] = heap[child];
    at = child;
  }
  heap[at] = last;
  return first;
}

/** Runs events; each one of kind "spawn" adds two later ones. Returns numbers in the order in which they ran. */
function simulate(initial, limit) {
  const queue = [...initial].sort(before);
  const ran = [];
  let next = initial.length;
  while (queue.length > 0 && ran.length < limit) {
    const event = pop(queue);
    ran.push(event.number);
    if (event.kind === "spawn") {
      for (const delay of [3, 11]) {
        const kind = next % 4 === 0 ? "stop" : "spawn";
        push(queue, { time: event.time + ((delay * next) % 17) + 1, number: next, kind });
        next += 1;
      }
    }
  }
  return ran;
}

module.exports = { simulate, before };
