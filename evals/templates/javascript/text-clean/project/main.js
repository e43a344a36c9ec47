import { unique } from "./words.js";

const stems = ["Caf\u00e9", "na\u00efve", "\u00dcber", "r\u00f4le", "plain", "--"];
const words = Array.from({ length: 40000 }, (_, n) => `${stems[n % 6]}${n % 6 === 5 ? "" : (n * 17) % 15000}`);
const found = unique(words);
console.log(found.length, found.filter((_, index) => index % 307 === 0).join(" "));
