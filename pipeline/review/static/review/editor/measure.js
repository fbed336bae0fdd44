// How long a text is on screen: grapheme clusters, width of lines, speed, and where it would break.

const cutter = new Intl.Segmenter("und", { granularity: "grapheme" });
const SEEN = /[^\p{Cf}\p{Cc}]/u;

export const graphemes = (text) => [...cutter.segment(text)].map((piece) => piece.segment);

/** Return the grapheme clusters of a text that take room. */
export function width(text) {
  let n = 0;
  for (const { segment } of cutter.segment(text)) if (SEEN.test(segment)) n += 1;
  return n;
}

/** Return a text in lines as the profile allows, filled as evenly as can be. */
export function wrap(text, profile) {
  const words = text.split(/ +/).filter(Boolean);
  const sizes = words.map(width);
  const all = sizes.reduce((sum, size) => sum + size + 1, -1);
  if (all <= profile.width) return words.length ? [words.join(" ")] : [];
  const goal = Math.min(profile.width, Math.ceil(all / Math.ceil(all / profile.width)) + 3);
  const lines = [];
  let [line, long] = [[], 0];
  words.forEach((word, n) => {
    if (line.length && long + 1 + sizes[n] > goal) {
      lines.push(line.join(" "));
      [line, long] = [[], 0];
    }
    long += sizes[n] + (line.length ? 1 : 0);
    line.push(word);
  });
  return [...lines, line.join(" ")];
}

/** Return the cues that an unsaved text would have about so, over the time of its cues now. */
export function provisional(text, profile, start, end) {
  const lines = wrap(text, profile);
  const blocks = [];
  for (let n = 0; n < lines.length; n += profile.lines) blocks.push(lines.slice(n, n + profile.lines));
  const sizes = blocks.map((block) => block.reduce((sum, line) => sum + width(line), 0));
  const all = sizes.reduce((sum, size) => sum + size, 0) || 1;
  let at = start;
  return blocks.map((block, n) => {
    const to = at + ((end - start) * sizes[n]) / all;
    const cue = { start: Math.round(at), end: Math.round(to), lines: block };
    at = to;
    return cue;
  });
}

/** Return how a text reads in a time: clusters, clusters a second, widest line, cues. */
export function reading(text, profile, ms) {
  const lines = wrap(text.trim(), profile);
  const all = lines.reduce((sum, line) => sum + width(line), 0);
  return {
    clusters: all,
    speed: ms > 0 ? (all * 1000) / ms : 0,
    widest: Math.max(0, ...lines.map(width)),
    cues: Math.ceil(lines.length / profile.lines),
  };
}
