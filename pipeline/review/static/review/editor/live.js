// What others do in this lesson, and how long this person works in it.

import { arrange, redraw, rows, state } from "./lines.js";
import { call } from "./net.js";
import { $, config, el, on, t, tell } from "./page.js";
import { cuesOf, refresh, setCues, timeOf } from "./cues.js";
import { provisional } from "./measure.js";

const EVERY = 5000;
const REPORT = 20000;
const PAUSE = 60000; // longer without a key or a click is no work
let since = "";
let [worked, last, reported] = [0, 0, 0];
let failures = 0;

export function startLive(now) {
  since = now;
  setInterval(() => { if (document.visibilityState === "visible") look(); }, EVERY);
  setInterval(report, REPORT);
  report();
}

async function look() {
  if (failures && Math.random() < 1 - 1 / (failures + 1)) return; // asks less while there is no line
  const { status, data } = await call(`${config.paths.news}?since=${encodeURIComponent(since)}`);
  failures = status === 200 ? 0 : Math.min(failures + 1, 6);
  if (status !== 200) return;
  since = data.now;
  data.rows.forEach(take);
  tell("counts", data.counts);
  present(data.here);
}

function take(row) {
  const old = rows.get(row.id);
  if (!old) { rows.set(row.id, row); arrange(); return; }
  if (JSON.stringify(old) === JSON.stringify(row) || old.version > row.version) return;
  tell("row", row);
  if ((old.text !== row.text || old.set !== row.set) && cuesOf(row.id).length) follow(old, row);
}

/** Show the subtitles of a line that somebody else changed; the server is asked only where it must be: everybody here would. */
function follow(old, row) {
  if (row.set || old.set || row.id === state.current) { refresh(row.id); return; }
  const { from, to } = timeOf(row);
  setCues(row.id, provisional(row.text, config.profile, from, to));
}

function present(here) {
  const names = here.map((one) => one.name);
  const box = $("here");
  const said = names.join(", ");
  if (box.dataset.said !== said) {
    box.dataset.said = said;
    box.replaceChildren(...names.map((name) => el("span", { class: "person", title: t("changedBy", { who: name }) }, el("bdi", {}, name))));
  }
  const before = state.writers;
  state.writers = new Map(here.filter((one) => one.line).map((one) => [one.line, one.name]));
  for (const line of new Set([...before.keys(), ...state.writers.keys()])) {
    if (before.get(line) === state.writers.get(line)) continue;
    if (line === state.current) tell("current-changed", { row: rows.get(line), old: null }); else redraw(line);
  }
}

function active() {
  const now = Date.now();
  if (last && now - last < PAUSE) worked += now - last;
  last = now;
}

async function report() {
  if (!config.paths.work) return;
  const seconds = Math.round((worked - reported) / 1000);
  const working = last && Date.now() - last < PAUSE;
  if (last && !seconds && !working) return; // the first report says that the person is here
  if (!last) active();
  reported += seconds * 1000;
  const { status } = await call(config.paths.work, { seconds: Math.min(seconds, 120), line: state.current ?? 0 });
  if (status !== 200) reported -= seconds * 1000;
}

for (const kind of ["keydown", "pointerdown", "wheel"]) addEventListener(kind, active, { passive: true, capture: true });
$("media").addEventListener("timeupdate", active);
addEventListener("pagehide", () => {
  if (config.paths.work) call(config.paths.work, { seconds: Math.min(120, Math.round((worked - reported) / 1000)), line: 0, leaving: true }, true);
});
on("opened", () => { if (last) report(); });
on("look", look);
on("counts", (now) => {
  const bar = el("progress", { max: now.total || 1, value: now.approved, aria: { label: `${now.approved} / ${now.total}` } });
  const left = el("span", {}, `${now.approved} / ${now.total}`);
  const bad = now.errors ? el("span", { class: "dot error" }, String(now.errors)) : null;
  const warn = now.warnings ? el("span", { class: "dot warning" }, String(now.warnings)) : null;
  $("counts").replaceChildren(...[bar, left, bad, warn, el("span", { class: `badge ${now.state}` }, now.label)].filter(Boolean));
});
