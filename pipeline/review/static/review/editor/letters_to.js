// Turns a word in Latin letters into one in an Indian script. Pure; used by `typing.js`.

import { CONSONANTS, LANGUAGES, SCRIPTS, URDU, URDU_VOWELS, VOWELS } from "./letters.js";

const VIRAMA = 0x4d;
const MARKS = { M: 0x02, "~": 0x01, H: 0x03 };
const ROWS = [["k", 0x15, 0x18], ["c", 0x1a, 0x1d], ["T", 0x1f, 0x22], ["t", 0x24, 0x27], ["p", 0x2a, 0x2d]];
const rowOf = (name) => { const place = CONSONANTS[name]?.[0]; return ROWS.find(([, low, high]) => place >= low && place <= high && !/^[RG]|^Rh$|^Kh$/.test(name))?.[0] ?? null; };

/** Return whether words of a language can be typed in Latin letters here. */
export const canType = (language, script) => script in SCRIPTS || (script === "Arab" && language === "ur");

/** Return a word of `language` in `script`; what is no Latin letter stays, and a word in capitals too. */
export function toScript(word, language, script) {
  if (/^[A-Z]{2,}s?$/.test(word) || !/[A-Za-z]/.test(word)) return word;
  return script === "Arab" ? urdu(word) : indic(word, settings(language, script));
}

function settings(language, script) {
  const [of, own] = [SCRIPTS[script], LANGUAGES[language] ?? {}];
  return { ...of, ...own, own: { ...of.own, ...own.own } };
}

/** Return the longest names of `tables` that make up a word; letters in none stay alone. */
function cut(word, names) {
  const found = [];
  for (let at = 0; at < word.length;) {
    let long = Math.min(3, word.length - at);
    while (long > 1 && !names.has(word.slice(at, at + long))) long -= 1;
    found.push(word.slice(at, at + long));
    at += long;
  }
  return found;
}

function indic(word, own) {
  const names = new Set([...Object.keys(VOWELS), ...Object.keys(CONSONANTS), ...Object.keys(own.own), ...Object.keys(MARKS)]);
  const tokens = cut(own.plainR ? word : fold(word), names);
  const out = new Writer(own);
  tokens.forEach((token, n) => {
    if (token in VOWELS) out.vowel(token);
    else if (token in MARKS) out.mark(token);
    else if (token in CONSONANTS || token in own.own) out.consonant(token, tokens[n + 1] ?? "", tokens[n - 1] ?? "");
    else out.other(token);
  });
  return out.end();
}

/** Write R before i or u as the vowel where no vowel is before it: kRishi, Rishi; not ghaRii. */
const fold = (word) => word.replace(/(^|[^aeiouAEIOUR])R([iu])(?!\2)/g, "$1RR$2");

class Writer {
  constructor(own) {
    this.own = own;
    this.out = "";
    this.bare = ""; // the last letter, while it has no vowel
    this.last = ""; // the last vowel's Latin
  }

  at(place) { return String.fromCharCode(this.own.base + place); }

  vowel(name) {
    const [letter, sign] = this.own.vowels?.[name] ?? (this.own.vowelsAt?.[name] ?? VOWELS[name]).map((place) => (place ? this.at(place) : ""));
    this.out += this.bare ? sign : letter;
    [this.bare, this.last] = ["", name];
  }

  mark(name) {
    this.bare = "";
    this.out += name === "M" ? this.dot() : this.at(MARKS[name]);
  }

  /** Return the dot of a nasal; Gurmukhi has two, by the vowel before. */
  dot() {
    const short = ["a", "i", "u", "uu", "oo", "U", ""].includes(this.last);
    return this.own.tippi && short ? this.own.tippi : this.at(MARKS.M);
  }

  consonant(name, next, before) {
    const { own } = this;
    if ((name === "n" || name === "m") && !this.bare && this.out && this.nasal(name, next)) return;
    if (own.doubling && this.bare && (before === name || `${before}h` === name)) this.double();
    const letters = this.letters(name, before);
    if (this.bare) this.join(letters[0]);
    this.out += letters;
    this.bare = letters;
  }

  /** Write n or m as it is before the stop that follows; returns whether it was done. */
  nasal(name, next) {
    const row = rowOf(next);
    const how = row && (name === "n" ? row !== "p" : row === "p") ? this.own.nasal[row] : null;
    if (name === "m" && !next && this.own.lastM) { this.out += this.at(MARKS.M); return true; }
    if (!how) return false;
    if (how === "M") this.out += this.dot();
    else { this.out += this.at(how); this.bare = this.at(how); }
    return true;
  }

  letters(name, before) {
    const { own } = this;
    if (!this.out && own.first?.[name]) return own.first[name];
    if (name === "y" && own.glide && !this.bare && before) return own.glide;
    if (own.own[name]) return own.own[name];
    return CONSONANTS[name].map((place) => this.at(place)).join(this.at(VIRAMA));
  }

  join(next) {
    const { own } = this;
    if (own.joins) { if (own.joins.includes(next)) this.out += this.at(VIRAMA); return; }
    const chillu = own.chillu?.[this.bare];
    if (chillu === "ർ" && !"രറയവ".includes(next)) this.out = this.out.slice(0, -this.bare.length) + chillu;
    else this.out += this.at(VIRAMA);
  }

  double() {
    this.out = this.out.slice(0, -this.bare.length) + this.own.doubling;
    this.bare = "";
  }

  other(text) {
    this.out += text;
    [this.bare, this.last] = ["", ""];
  }

  end() {
    if (this.bare && this.own.ends) {
      const chillu = this.own.chillu?.[this.bare];
      this.out = chillu ? this.out.slice(0, -this.bare.length) + chillu : this.out + this.at(VIRAMA);
    }
    return this.out.normalize("NFC");
  }
}

function urdu(word) {
  const tokens = cut(word, new Set([...Object.keys(URDU), ...Object.keys(URDU_VOWELS)]));
  let [out, before] = ["", ""];
  tokens.forEach((token, n) => {
    const vowel = URDU_VOWELS[token];
    const place = n === 0 ? 0 : n === tokens.length - 1 ? 2 : 1;
    if (vowel && n > 0 && URDU_VOWELS[before]) out += hiatus(vowel, place, token);
    else if (vowel) out += vowel[place];
    else if (token !== before) out += URDU[token] ?? token; // a doubled letter is written once
    before = token;
  });
  return out;
}

/** Return a vowel that follows a vowel: it is carried by a hamza, as in آئی. */
const hiatus = (vowel, place, name) => (/^[iIeE]|^ai/.test(name) ? `ئ${vowel[place] || "ی"}` : /^[uUoO]|^au/.test(name) ? `ؤ` : vowel[1]);
