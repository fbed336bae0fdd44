// The subtitles of all lines as they are shown; the open line's follow its text while it is typed.

import { kept } from "./keep.js";
import { rows, textOf } from "./lines.js";
import { provisional } from "./measure.js";
import { call } from "./net.js";
import { config, later, on, tell, toast } from "./page.js";

const known = new Map(); // line -> cues
let order = null; // [start, end, line, cue] by time
let loaded = false;

export const cuesOf = (line) => known.get(line) ?? [];
export const room = new Map(); // line -> {from, to}: as far as its subtitles may reach

/** Return from when to when a line is on screen, ms. */
export function timeOf(row) {
  const own = cuesOf(row.id);
  return own.length ? { from: own[0].start, to: own[own.length - 1].end } : { from: row.start, to: row.end };
}

export async function loadCues() {
  if (!config.paths.cues) return;
  const { status, data } = await call(config.paths.cues);
  if (status !== 200) return;
  for (const [line, cues] of Object.entries(data.cues)) known.set(Number(line), cues);
  loaded = true;
  changed();
}

function changed() {
  order = null;
  tell("cues");
}

function sorted() {
  if (!order) {
    const all = loaded ? [...known].flatMap(([line, cues]) => cues.map((cue) => [cue.start, cue.end, line, cue]))
      : [...rows.values()].flatMap((row) => provisional(textOf(row), config.profile, row.start, row.end).map((cue) => [cue.start, cue.end, row.id, cue]));
    order = all.sort((a, b) => a[0] - b[0]);
  }
  return order;
}

/** Return {line, cue} on screen at `ms`, or null. */
export function cueAt(ms) {
  const all = sorted();
  let [low, high] = [0, all.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (all[middle][0] <= ms) low = middle + 1; else high = middle;
  }
  const found = all[low - 1];
  return found && ms < found[1] ? { line: found[2], cue: found[3] } : null;
}

export function setCues(line, cues) {
  known.set(line, cues);
  changed();
}

function took(line, { status, data }) {
  if (status !== 200) { if (data.error) toast(`${data.error} ${data.advice ?? ""}`, "error"); return false; }
  known.set(line, data.cues);
  room.set(line, data.room);
  tell("row", data.row);
  changed();
  return true;
}

const asked = new Set();
const ask = later(400, async () => {
  const lines = [...asked];
  asked.clear();
  for (const line of lines) took(line, await call(`lines/${line}/layout`, {}));
});

/** Have the server lay a line out: its text changed, or it was opened to be retimed. */
export function refresh(line) {
  if (!config.paths.cues) return;
  asked.add(line);
  ask();
}

/** Set the subtitles of a line: [{start, end, text}], none has them computed again. */
export async function sendCues(row, cues) {
  const done = took(row.id, await call(`lines/${row.id}/cues`, { version: row.version, cues }));
  if (!done) refresh(row.id);
  return done;
}

on("typed", ({ row, text }) => {
  const { from, to } = timeOf(row);
  known.set(row.id, provisional(text, config.profile, from, to));
  changed();
});
on("row", () => { if (!loaded) changed(); });
on("arrived", ({ line, kind }) => { if (kind === "save") refresh(line); });
on("row", (row) => { if (!kept(row.id) && loaded && row.text && !known.has(row.id)) refresh(row.id); });
on("repair-cues", (repair) => {
  const key = repair.cues[0].segment_ids[0];
  const line = [...known].find(([, cues]) => cues.some((cue) => cue.id?.startsWith(`${key}-`)))?.[0];
  const row = rows.get(line);
  if (!row) return;
  const kept = known.get(line).filter((cue) => !repair.replaces.includes(cue.id));
  const all = [...kept, ...repair.cues].sort((a, b) => a.start - b.start);
  sendCues(row, all.map(({ start, end, lines }) => ({ start, end, text: lines.join("\n") })));
});
