import { tax } from "./tax.js";

let total = 0;
for (let n = 0; n < 3_000_000; n += 1) total += tax((n * 7919) % 12_000_000);
console.log(total, tax(1_000_001), tax(3_000_050), tax(9_999_999));
