"use strict";

const { simulate } = require("./simulate.js");

const initial = Array.from({ length: 60 }, (_, n) => ({ time: (n * 37) % 50, number: n, kind: "spawn" }));
const ran = simulate(initial, 9000);
console.log(ran.length, ran.filter((_, index) => index % 173 === 0).join(" "));
