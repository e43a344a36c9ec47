/** A word for an address: without accents, in lower case. */
export function slug(word) {
  return word.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase().replace(/[^a-z0-9]+/g, "-");
}

/** Each slug once, in order of first appearance. */
export function unique(words) {
  const all = words.map(slug).filter((short) => short !== "-").sort();
  return all.filter((short, index) => index === 0 || short !== all[index - 1]);
}
