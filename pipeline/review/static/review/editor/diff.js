// Differences of two texts, word by word. A word is never cut: no cluster can be torn.

import { el } from "./page.js";

const cutter = new Intl.Segmenter("und", { granularity: "word" });
const MOST = 600;

/** Return the words, spaces and marks of a text; signs without a letter stay with what is before. */
export function pieces(text) {
  const found = [];
  for (const { segment } of cutter.segment(text)) {
    if (found.length && /^[\p{M}\u200c\u200d]/u.test(segment)) found[found.length - 1] += segment;
    else found.push(segment);
  }
  return found;
}

/** Return [[kind, text]] with kind "same", "gone" or "new". */
export function differences(before, after) {
  const [a, b] = [pieces(before), pieces(after)];
  if (a.length > MOST || b.length > MOST) return [["gone", before], ["new", after]];
  const table = Array.from({ length: a.length + 1 }, () => new Uint16Array(b.length + 1));
  for (let i = a.length - 1; i >= 0; i -= 1) {
    for (let j = b.length - 1; j >= 0; j -= 1) {
      table[i][j] = a[i] === b[j] ? table[i + 1][j + 1] + 1 : Math.max(table[i + 1][j], table[i][j + 1]);
    }
  }
  return walk(a, b, table);
}

function walk(a, b, table) {
  const found = [];
  const add = (kind, text) => {
    if (found.length && found[found.length - 1][0] === kind) found[found.length - 1][1] += text;
    else found.push([kind, text]);
  };
  let [i, j] = [0, 0];
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && a[i] === b[j]) { add("same", a[i]); i += 1; j += 1; }
    else if (i < a.length && (j === b.length || table[i + 1][j] >= table[i][j + 1])) { add("gone", a[i]); i += 1; }
    else { add("new", b[j]); j += 1; }
  }
  return found;
}

const TAGS = { same: "span", gone: "del", new: "ins" };

/** Return the differences as elements; `side`: "gone" or "new" shows one side, null both. */
export function shown(before, after, side = null) {
  return differences(before, after)
    .filter(([kind]) => side === null || kind === "same" || kind === side)
    .map(([kind, text]) => el(TAGS[kind], {}, text));
}
