/** Tax in cents on an income in cents, rounded down in each bracket. */
export function tax(cents) {
  if (!Number.isInteger(cents) || cents < 0) throw new RangeError(`not an income: ${cents}`);
  let due = 0;
  if (cents > 1_000_000) due += Math.floor(((Math.min(cents, 3_000_000) - 1_000_000) * 20) / 100);
  if (cents > 3_000_000) due += Math.floor(((Math.min(cents, 8_000_000) - 3_000_000) * 35) / 100);
  if (cents > 8_000_000) due += Math.floor(((cents - 8_000_000) * 45) / 100);
  return due;
}
