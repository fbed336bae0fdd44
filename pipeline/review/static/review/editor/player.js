// The video or sound, with the subtitles over it as they will look.

import { cueAt, timeOf } from "./cues.js";
import { markSpoken } from "./lines.js";
import { $, clock, config, on, t, toast } from "./page.js";

const media = $("media");
const RATES = [0.5, 0.6, 0.7, 0.8, 0.9, 1, 1.1, 1.25, 1.5, 1.75, 2];
const LEAD = 150;
const TAIL = 250;
let stopAt = null;
let loop = null;
let shown = null;

export const now = () => Math.round(media.currentTime * 1000);
export const isPlaying = () => !media.paused;

export function seek(ms) {
  media.currentTime = Math.max(0, ms) / 1000;
  tick();
}

async function start() {
  try { await media.play(); } catch { toast(t("noMedia"), "warning"); }
}

/** Play or pause. */
export function toggle() {
  stopAt = null;
  if (media.paused) start(); else media.pause();
}

/** Play a line from its beginning and stop behind its end. */
export function playLine(row) {
  const { from, to } = timeOf(row);
  seek(from - LEAD);
  stopAt = to + TAIL;
  start();
}

/** Play from `from` to `to` ms: a single word. */
export function playSpan(from, to) {
  seek(from - 60);
  stopAt = to + 80;
  start();
}

export function toggleLoop(row) {
  loop = loop === null ? row.id : null;
  $("loop").setAttribute("aria-pressed", String(loop !== null));
  toast(loop === null ? t("notLooping") : t("looping"));
  if (loop !== null) playLine(row);
}

/** Change the speed by a step. */
export function pace(step) {
  const at = RATES.reduce((best, rate, n) => (Math.abs(rate - media.playbackRate) < Math.abs(RATES[best] - media.playbackRate) ? n : best), 0);
  media.playbackRate = RATES[Math.min(RATES.length - 1, Math.max(0, at + step))];
  media.preservesPitch = true;
  $("rate").textContent = `${media.playbackRate.toLocaleString(config.interface)}×`;
}

let loopRow = () => null;
export const onLoop = (find) => { loopRow = find; };

function tick() {
  const ms = now();
  if (stopAt !== null && ms >= stopAt && !media.paused) {
    const row = loop === null ? null : loopRow();
    if (row) seek(timeOf(row).from - LEAD);
    else { media.pause(); stopAt = null; }
  }
  draw(ms);
}

function draw(ms) {
  const found = cueAt(ms);
  $("clock").textContent = clock(ms);
  if (document.activeElement !== $("seek")) $("seek").value = String(ms);
  $("seek").setAttribute("aria-valuetext", clock(ms));
  markSpoken(found?.line ?? null);
  if (found?.cue === shown) return;
  shown = found?.cue ?? null;
  const lines = shown ? shown.lines.flatMap((line, n) => (n ? [document.createElement("br"), line] : [line])) : [];
  $("subs").replaceChildren(...lines);
}

function run() {
  tick();
  if (!media.paused) requestAnimationFrame(run);
}

Object.assign($("subs"), { lang: config.target?.lang ?? "", dir: config.target?.dir ?? "ltr" });
media.addEventListener("play", () => { $("play").textContent = "⏸"; requestAnimationFrame(run); });
media.addEventListener("pause", () => { $("play").textContent = "▶"; tick(); });
media.addEventListener("seeked", tick);
media.addEventListener("error", () => { $("no-media").hidden = false; });
media.addEventListener("loadedmetadata", () => { if (!config.duration) $("seek").max = String(media.duration * 1000); });
$("seek").addEventListener("input", () => { stopAt = null; seek(Number($("seek").value)); });
on("cues", () => { shown = undefined; draw(now()); });
on("opened", (row) => {
  if (loop !== null) { loop = row.id; playLine(row); }
  else if (media.paused) seek(timeOf(row).from);
});
