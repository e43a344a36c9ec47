import { arrange } from './orders.js';

const orders = Array.from({ length: 2000 }, (_, n) => ({ label: `Label ${n % 700}` }));
for (let turn = 0; turn < 20; turn += 1) arrange(orders);
