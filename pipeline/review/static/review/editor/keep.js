// What this browser keeps until the server has it: one entry a line, written at every keystroke.
//
// An entry: kind save|approve|return, text, base (the version it was made from), at (ms), and once
// it is to be sent: wait, request. It survives a reload and a crash. An entry belongs to the tab
// that made it; those of tabs that are gone are adopted.

import { config, storage, t, toast, uuid } from "./page.js";

const HEAD = `karmavani.${config.scope}.${config.person.id}.${config.track ?? config.lesson}.`;
const TAB = uuid();
const TEXT = config.scope === "transcript" ? "sentence" : "save";
const entries = new Map();
let told = false;

navigator.locks?.request(`karmavani-tab-${TAB}`, () => new Promise(() => {}));

async function livingTabs() {
  if (!navigator.locks) return new Set();
  const { held } = await navigator.locks.query();
  return new Set(held.map((lock) => lock.name.replace("karmavani-tab-", "")));
}

/** Take over what closed tabs left; returns how many entries. */
export async function adopt() {
  const living = await livingTabs();
  for (let n = 0; n < storage.length; n += 1) {
    const key = storage.key(n);
    if (!key.startsWith(HEAD)) continue;
    try {
      const entry = JSON.parse(storage.getItem(key));
      if (!living.has(entry.tab)) entries.set(Number(key.slice(HEAD.length)), { ...entry, conflict: false });
    } catch { /* not ours, or cut off: nothing can be read from it */ }
  }
  for (const line of entries.keys()) write(line);
  return entries.size;
}

function write(line) {
  const entry = entries.get(line);
  try {
    if (entry) storage.setItem(HEAD + line, JSON.stringify({ ...entry, tab: TAB }));
    else storage.removeItem(HEAD + line);
  } catch {
    if (!told) toast(t("full"), "error");
    told = true;
  }
}

export const kept = (line) => entries.get(line) ?? null;
export const keptLines = () => [...entries.keys()];

/** Keep facts about a line, with those kept before. */
export function keep(line, facts) {
  entries.set(line, { kind: TEXT, at: Date.now(), ...entries.get(line), ...facts });
  write(line);
  return entries.get(line);
}

/** Forget a line: the server has it, or the person wants it no more. */
export function drop(line) {
  if (entries.delete(line)) write(line);
}

/** Return [line, entry] that wait to be sent, in the order in which they were made. */
export function waiting() {
  return [...entries].filter(([, entry]) => entry.wait && !entry.conflict && !entry.refused)
    .sort((one, other) => one[1].at - other[1].at);
}
