/** A word for an address: without accents, in lower case. */
export function slug(word) {
  return word.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase().replace(/[^a-z0-9]+/g, "-");
}

/** Each slug once, in order of first appearance. */
export function unique(words) {
  const seen = new Set();
  for (const word of words) {
    const short = slug(word);
    if (short !== "-") seen.add(short);
  }
  return [...seen];
}
