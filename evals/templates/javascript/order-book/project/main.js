import { joined, totals } from "./lib/join.js";

const customers = Array.from({ length: 6000 }, (_, n) => ({ id: (n * 7) % 5500, name: `customer ${n}` }));
const orders = Array.from({ length: 120000 }, (_, n) => ({ customer: (n * 13) % 6000, cents: (n * 31) % 997 }));
const sums = totals(joined(orders, customers));
let index = 0;
for (const [name, cents] of sums) {
  if (index++ % 211 === 0) console.log(name, cents);
}
console.log(sums.size, sums.get("unknown"));
