// What every part of the editor needs: the page's facts, its words, elements, and telling others.

export const $ = (id) => document.getElementById(id);
export const config = JSON.parse($("editor-config").textContent);

/** Return a sentence of the page in the reader's language, with values in it. */
export function t(key, values = {}) {
  const text = config.words[key] ?? key;
  return text.replace(/%\((\w+)\)s/g, (whole, name) => String(values[name] ?? ""));
}

/** Whether this page is the transcript: its rows are the sentences themselves. */
export const onlySource = config.scope === "transcript";

/** Return a number as a share of a hundred, in the reader's language. */
export const percent = (share) =>
  new Intl.NumberFormat(config.interface, { style: "percent" }).format(share);

/** Make an element; `facts` are properties, `data` and `aria` objects; texts stay texts. */
export function el(tag, facts = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(facts)) {
    if (name === "data") Object.assign(made.dataset, value);
    else if (name === "aria") for (const [key, said] of Object.entries(value)) made.setAttribute(`aria-${key}`, said);
    else if (name === "role" || name === "list" || name === "for") made.setAttribute(name, value);
    else if (name === "class") made.className = value;
    else made[name] = value;
  }
  made.append(...children.filter((child) => child !== null && child !== undefined && child !== false));
  return made;
}

/** Make a button that does the action `name` of the key table, or calls `does`. */
export function button(text, facts = {}, does = null) {
  const made = el("button", { type: "button", class: "small", ...facts }, text);
  if (does) made.addEventListener("click", (event) => { event.stopPropagation(); does(event); });
  return made;
}

const bus = new EventTarget();
export const on = (name, does) => bus.addEventListener(name, (event) => does(event.detail));
export const tell = (name, detail) => bus.dispatchEvent(new CustomEvent(name, { detail }));

/** Show a message over the page for some seconds; nothing moves. */
export function toast(text, kind = "info", actions = []) {
  const shown = el("p", { class: `message ${kind}` }, text, ...actions.map(([label, does]) =>
    button(label, {}, () => { does(); shown.remove(); })));
  $("toasts").append(shown);
  setTimeout(() => shown.remove(), actions.length ? 12000 : 5000);
}

/** Return milliseconds as a clock: 1:05, 1:02:03; with tenths where asked. */
export function clock(ms, tenths = false) {
  const all = Math.max(0, Math.floor(ms / 1000));
  const [h, m, s] = [Math.floor(all / 3600), Math.floor(all / 60) % 60, all % 60];
  const two = (n) => String(n).padStart(2, "0");
  const text = h ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`;
  return tenths ? `${text}.${Math.floor((ms % 1000) / 100)}` : text;
}

/** The browser's storage; where it is refused, one that lasts as long as the page. */
export const storage = (() => {
  try {
    localStorage.setItem("karmavani.try", "1");
    localStorage.removeItem("karmavani.try");
    return localStorage;
  } catch {
    const held = new Map();
    return {
      get length() { return held.size; },
      key: (n) => [...held.keys()][n],
      getItem: (key) => held.get(key) ?? null,
      setItem: (key, value) => { held.set(key, value); },
      removeItem: (key) => { held.delete(key); },
    };
  }
})();

/** Return a random UUID, also where the browser keeps `randomUUID` for https. */
export function uuid() {
  if (crypto.randomUUID) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}

/** Return `does`, called once when nobody asked for so many ms. */
export function later(ms, does) {
  let timer = 0;
  return (...given) => { clearTimeout(timer); timer = setTimeout(() => does(...given), ms); };
}
