// Latin letters for the letters of Indian scripts, as data.
//
// The blocks of nine scripts lie side by side in Unicode, after ISCII: a letter has the same place
// in each block. So one table of places serves all, and each script says only where it differs.
// The spelling is near ITRANS, but all in small letters where nothing is lost by that.

/** Latin -> [place of the letter, place of its sign]; a has no sign. */
export const VOWELS = {
  a: [0x05, 0], aa: [0x06, 0x3e], A: [0x06, 0x3e], i: [0x07, 0x3f], ii: [0x08, 0x40], ee: [0x08, 0x40], I: [0x08, 0x40],
  u: [0x09, 0x41], uu: [0x0a, 0x42], oo: [0x0a, 0x42], U: [0x0a, 0x42], RRi: [0x0b, 0x43], RRu: [0x0b, 0x43],
  e: [0x0f, 0x47], E: [0x0f, 0x47], ai: [0x10, 0x48], o: [0x13, 0x4b], O: [0x13, 0x4b], au: [0x14, 0x4c],
  "e~": [0x0d, 0x45], "o~": [0x11, 0x49],
};

/** Latin -> places of its letters; a second letter is joined to the first. */
export const CONSONANTS = {
  k: [0x15], kh: [0x16], g: [0x17], gh: [0x18], "~N": [0x19], c: [0x1a], ch: [0x1a], chh: [0x1b], Ch: [0x1b], j: [0x1c], jh: [0x1d], "~n": [0x1e],
  T: [0x1f], Th: [0x20], D: [0x21], Dh: [0x22], N: [0x23], t: [0x24], th: [0x25], d: [0x26], dh: [0x27], n: [0x28],
  p: [0x2a], ph: [0x2b], b: [0x2c], bh: [0x2d], m: [0x2e], y: [0x2f], r: [0x30], l: [0x32], L: [0x33], v: [0x35], w: [0x35],
  sh: [0x36], Sh: [0x37], s: [0x38], h: [0x39], x: [0x15, 0x37], jn: [0x1c, 0x1e], dny: [0x1c, 0x1e],
  f: [0x2b], z: [0x1c], q: [0x15], Kh: [0x16], G: [0x17], R: [0x21], Rh: [0x22],
};

/** Latin -> letters with a dot, where the script has one. */
const DOTTED = { f: 0x2b, z: 0x1c, q: 0x15, Kh: 0x16, G: 0x17, R: 0x21, Rh: 0x22 };
const dotted = (base, names) => Object.fromEntries(names.map((name) => [name, String.fromCharCode(base + DOTTED[name], base + 0x3c)]));

// What n or m becomes before a stop: by the stop's row k, c, T, t, p. "M" is the script's dot.
const DOT = { k: "M", c: "M", T: "M" };
const OWN = { k: 0x19, c: 0x1e, T: 0x23 };
const ALL = { k: "M", c: "M", T: "M", t: "M", p: "M" };
const SHORT = { e: [0x0e, 0x46], o: [0x12, 0x4a] };

/** Script -> first code point of its block, and where it differs. `ends`: a bare last letter gets a virama. */
export const SCRIPTS = {
  Deva: { base: 0x0900, nasal: DOT, own: dotted(0x0900, ["f", "z", "q", "Kh", "G", "R", "Rh"]) },
  Beng: { base: 0x0980, nasal: OWN, own: { v: "ব", w: "ব", L: "ল", ...dotted(0x0980, ["R", "Rh"]) }, glide: "য\u09bc" },
  Guru: { base: 0x0a00, nasal: ALL, own: { sh: "ਸ\u0a3c", Sh: "ਸ\u0a3c", L: "ਲ\u0a3c", R: "ੜ", Rh: "ੜ\u0a4dਹ", x: "ਕਸ\u0a3c", jn: "ਗਿਆ", ...dotted(0x0a00, ["f", "z", "Kh", "G"]) }, vowels: { RRi: ["ਰਿ", "\u0a4dਰਿ"], RRu: ["ਰੁ", "\u0a4dਰੁ"] }, doubling: "\u0a71", joins: "ਹਰਵ", tippi: "\u0a70" },
  Gujr: { base: 0x0a80, nasal: DOT, own: { z: "ઝ" } },
  Orya: { base: 0x0b00, nasal: OWN, own: { y: "ୟ", v: "ବ", w: "ୱ", ...dotted(0x0b00, ["R", "Rh"]) } },
  Taml: { base: 0x0b80, plainR: true, nasal: { ...OWN, t: 0x28 }, ends: true, vowelsAt: SHORT,
    own: { kh: "க", g: "க", gh: "க", chh: "ச", Ch: "ச", j: "ஜ", jh: "ஜ", jn: "ஞ", Th: "ட", D: "ட", Dh: "ட", th: "த", d: "த", dh: "த", n: "ன", ph: "ப", b: "ப", bh: "ப",
      f: "ஃப", sh: "ஷ", s: "ச", S: "ஸ", R: "ற", Rh: "ற", zh: "ழ", q: "க", Kh: "க", G: "க", z: "ஜ" }, first: { n: "ந" }, vowels: { RRi: ["ரி", "\u0bcdரி"], RRu: ["ரு", "\u0bcdரு"] } },
  Telu: { base: 0x0c00, nasal: ALL, ends: true, lastM: true, vowelsAt: SHORT, own: { R: "ఱ" } },
  Knda: { base: 0x0c80, nasal: ALL, ends: true, lastM: true, vowelsAt: SHORT, own: { R: "ಱ" } },
  Mlym: { base: 0x0d00, plainR: true, nasal: OWN, ends: true, lastM: true, vowelsAt: SHORT, own: { R: "റ", zh: "ഴ", nj: "ഞ", ng: "ങ\u0d4dങ" },
    chillu: { "ന": "ൻ", "ണ": "ൺ", "ര": "ർ", "ല": "ൽ", "ള": "ൾ", "റ": "ർ" } },
};

/** Language -> where it differs from its script. */
export const LANGUAGES = {
  as: { own: { r: "ৰ", v: "ৱ", w: "ৱ" } },
  sa: { ends: true, nasal: {} },
  mr: { own: { R: "ऱ" } },
  kok: { own: { R: "ऱ" } },
};

/** Urdu: Latin -> letter; short vowels inside a word are not written. */
export const URDU = {
  bh: "بھ", ph: "پھ", th: "تھ", Th: "ٹھ", jh: "جھ", chh: "چھ", dh: "دھ", Dh: "ڈھ", Rh: "ڑھ", kh: "کھ", gh: "گھ",
  b: "ب", p: "پ", t: "ت", T: "ٹ", "s^": "ث", j: "ج", ch: "چ", c: "چ", H: "ح", Kh: "خ", x: "خ", d: "د", D: "ڈ", "d^": "ذ", r: "ر", R: "ڑ",
  z: "ز", zh: "ژ", s: "س", sh: "ش", S: "ص", Z: "ض", "t^": "ط", "z^": "ظ", "'": "ع", Gh: "غ", G: "غ", f: "ف", q: "ق", k: "ک", g: "گ",
  l: "ل", m: "م", n: "ن", N: "ں", v: "و", w: "و", h: "ہ", y: "ی",
};

/** Urdu vowels: Latin -> [at the beginning, inside, at the end]. */
export const URDU_VOWELS = {
  aa: ["آ", "ا", "ا"], A: ["آ", "ا", "ا"], ai: ["ای", "ی", "ے"], au: ["او", "و", "و"], ii: ["ای", "ی", "ی"], ee: ["ای", "ی", "ی"], I: ["ای", "ی", "ی"],
  uu: ["او", "و", "و"], oo: ["او", "و", "و"], U: ["او", "و", "و"], a: ["ا", "", "ہ"], i: ["ا", "", "ی"], u: ["ا", "", "و"], e: ["ای", "ی", "ے"], E: ["ای", "ی", "ے"], o: ["او", "و", "و"], O: ["او", "و", "و"],
};
