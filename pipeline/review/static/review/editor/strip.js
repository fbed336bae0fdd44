// The speech bar around the open line, and the edges of its subtitles: to be dragged, or moved by keys.

import { cuesOf, refresh, room, sendCues, setCues, timeOf } from "./cues.js";
import { now, seek } from "./player.js";
import { call } from "./net.js";
import { rows, state } from "./lines.js";
import { currentRow, textField } from "./open.js";
import { kept } from "./keep.js";
import { $, clock, config, el, later, on, t, toast } from "./page.js";

const STEP = 100; // ms a key
const AROUND = 1500;
let peaks = new Uint8Array(0);
let aSecond = 10;
let view = { from: 0, to: 1 };
const retimes = config.may.edit && Boolean(config.paths.cues);
let edited = null; // cues while they are being moved

export async function loadPeaks() {
  const { status, data } = await call(`lessons/${config.lesson}/peaks`);
  if (status !== 200) return;
  peaks = Uint8Array.from(atob(data.peaks), (char) => char.charCodeAt(0));
  aSecond = data.a_second;
  draw();
}

const x = (ms) => (ms - view.from) / (view.to - view.from);
const rtlSafe = (share) => `${(share * 100).toFixed(3)}%`;

function show(row) {
  edited = null;
  const { from, to } = timeOf(row);
  view = { from: Math.max(0, from - AROUND), to: Math.min(config.duration || to + AROUND, to + AROUND) };
  $("strip-box").hidden = false;
  $("cue-tools").hidden = !retimes;
  draw();
  handles(row);
}

function draw() {
  const canvas = $("strip");
  const row = currentRow();
  if (!row || $("strip-box").hidden) return;
  const [w, h] = [canvas.clientWidth, canvas.clientHeight];
  const dense = devicePixelRatio || 1;
  if (canvas.width !== w * dense) Object.assign(canvas, { width: w * dense, height: h * dense });
  const pen = canvas.getContext("2d");
  const style = getComputedStyle(canvas);
  pen.setTransform(dense, 0, 0, dense, 0, 0);
  pen.clearRect(0, 0, w, h);
  sentences(pen, w, h, style);
  loudness(pen, w, h, style);
  pen.fillStyle = style.getPropertyValue("--bad");
  pen.fillRect(x(now()) * w, 0, 1.5, h);
}

function sentences(pen, w, h, style) {
  pen.fillStyle = style.getPropertyValue("--chosen");
  for (const row of rows.values()) {
    if (row.end < view.from || row.start > view.to) continue;
    pen.globalAlpha = row.id === state.current ? 1 : 0.45;
    pen.fillRect(x(row.start) * w, 0, (x(row.end) - x(row.start)) * w, h);
  }
  pen.globalAlpha = 1;
}

function loudness(pen, w, h, style) {
  pen.fillStyle = style.getPropertyValue("--quiet");
  const step = 1000 / aSecond;
  const first = Math.max(0, Math.floor(view.from / step));
  for (let n = first; n * step < view.to && n < peaks.length; n += 1) {
    const tall = Math.max(1, (peaks[n] / 255) * h * 0.9);
    pen.fillRect(x(n * step) * w, (h - tall) / 2, Math.max(1, (x((n + 1) * step) - x(n * step)) * w - 1), tall);
  }
}

const shownCues = () => edited ?? cuesOf(state.current);

function handles(row) {
  const cues = shownCues();
  $("cue-note").textContent = row.set ? t("setByHand") : cues.length ? "" : t("noCues");
  const focused = document.activeElement?.dataset?.edge;
  $("strip-handles").replaceChildren(...cues.flatMap((cue, n) => {
    const span = el("span", { class: "cue-span", title: clock(cue.start, true) });
    span.style.left = rtlSafe(x(cue.start));
    span.style.width = rtlSafe(x(cue.end) - x(cue.start));
    return retimes ? [span, edge(row, n, "start"), edge(row, n, "end")] : [span];
  }));
  if (focused) $("strip-handles").querySelector(`[data-edge="${focused}"]`)?.focus();
}

function edge(row, n, side) {
  const cue = shownCues()[n];
  const made = el("button", {
    type: "button", class: `edge ${side}`, role: "slider", data: { edge: `${n}-${side}` },
    aria: { label: t(side === "start" ? "startEdge" : "endEdge", { n: n + 1 }), valuenow: cue[side], valuemin: 0, valuemax: config.duration, valuetext: clock(cue[side], true) },
  });
  made.style.left = rtlSafe(x(cue[side]));
  made.addEventListener("keydown", (event) => {
    const by = { ArrowLeft: -STEP, ArrowDown: -STEP, ArrowRight: STEP, ArrowUp: STEP }[event.key];
    if (!by) return;
    event.preventDefault();
    event.stopPropagation();
    move(row, n, side, cue[side] + by);
    sendLater(row);
  });
  made.addEventListener("pointerdown", (event) => drag(event, row, n, side));
  return made;
}

function move(row, n, side, ms) {
  const cues = shownCues().map((cue) => ({ ...cue }));
  const free = room.get(row.id) ?? { from: 0, to: config.duration };
  const { gap } = config.profile;
  const low = side === "end" ? cues[n].start + 200 : n ? cues[n - 1].end + gap : free.from;
  const high = side === "start" ? cues[n].end - 200 : n + 1 < cues.length ? cues[n + 1].start - gap : free.to;
  cues[n][side] = Math.round(Math.min(Math.max(ms, low), high));
  edited = cues;
  setCues(row.id, cues);
  handles(row);
  draw();
}

const sendLater = later(600, (row) => send(row));

async function send(row) {
  const cues = edited;
  if (!cues) return;
  if (kept(row.id)) { toast(t("unsaved"), "warning"); return; }
  edited = null;
  await sendCues(rows.get(row.id), cues.map(({ start, end, lines }) => ({ start, end, text: lines.join("\n") })));
}

function drag(event, row, n, side) {
  event.preventDefault();
  event.target.focus();
  const box = $("strip").getBoundingClientRect();
  const at = (moved) => view.from + ((moved.clientX - box.left) / box.width) * (view.to - view.from);
  const follow = (moved) => move(row, n, side, at(moved));
  addEventListener("pointermove", follow);
  addEventListener("pointerup", () => { removeEventListener("pointermove", follow); send(row); }, { once: true });
}

/** Move an edge of the open line's first or last subtitle by keys. */
export function nudge(side, by) {
  const row = currentRow();
  const cues = shownCues();
  if (!row || !cues.length || !retimes) return;
  const n = side === "start" ? 0 : cues.length - 1;
  move(row, n, side, cues[n][side] + by);
  sendLater(row);
}

const plain = (cue) => cue.lines.join(" ");
const ISOLATES = /[\u2066-\u2069]/g;

/** Split the subtitle in which the text cursor stands, there. */
export async function split() {
  const row = currentRow();
  const field = textField();
  if (!row || !field || kept(row.id)) { toast(t("unsaved"), "warning"); return; }
  const place = between(field.value, field.selectionStart);
  const cues = cuesOf(row.id).map((cue) => ({ start: cue.start, end: cue.end, text: plain(cue).replace(ISOLATES, "") }));
  let before = bare(field.value.slice(0, place)).length;
  const n = cues.findIndex((cue) => { const long = bare(cue.text).length; if (before <= long) return true; before -= long; return false; });
  const cut = n < 0 ? 0 : offset(cues[n].text, before);
  if (n < 0 || !cues[n].text.slice(0, cut).trim() || !cues[n].text.slice(cut).trim()) { toast(t("splitWhere")); return; }
  const { start, end, text } = cues[n];
  const gap = Math.min(config.profile.gap, (end - start) / 4);
  const middle = start + ((end - start) * cut) / text.length;
  const parts = [{ start, end: Math.round(middle - gap / 2), text: text.slice(0, cut).trim() }, { start: Math.round(middle + gap / 2), end, text: text.slice(cut).trim() }];
  cues.splice(n, 1, ...parts);
  await sendCues(row, cues);
}

const bare = (text) => text.replace(/\s+/g, "");

/** Return the place between two words that is nearest to `at`: no word is cut. */
function between(text, at) {
  const places = [...text.matchAll(/\s+/g)].map((found) => found.index);
  return places.sort((one, other) => Math.abs(one - at) - Math.abs(other - at))[0] ?? 0;
}

/** Return the offset in `text` behind `n` characters that are no spaces. */
function offset(text, n) {
  let seen = 0;
  for (let at = 0; at < text.length; at += 1) {
    if (seen === n) return at;
    if (/\S/.test(text[at])) seen += 1;
  }
  return text.length;
}

/** Merge the subtitle at the text cursor, or the first, with the next one of the line. */
export async function merge() {
  const row = currentRow();
  if (!row || kept(row.id)) return;
  const cues = cuesOf(row.id).map((cue) => ({ start: cue.start, end: cue.end, text: plain(cue).replace(ISOLATES, "") }));
  if (cues.length < 2) { toast(t("noNext")); return; }
  const before = bare(textField().value.slice(0, textField().selectionStart)).length;
  let [n, seen] = [0, 0];
  while (n < cues.length - 2 && seen + bare(cues[n].text).length < before) { seen += bare(cues[n].text).length; n += 1; }
  const [one, other] = cues.splice(n, 2);
  cues.splice(n, 0, { start: one.start, end: other.end, text: `${one.text} ${other.text}` });
  await sendCues(row, cues);
}

export async function resetCues() {
  const row = currentRow();
  if (row && row.set) await sendCues(row, []);
}

on("opened", (row) => { show(row); if (retimes) refresh(row.id); });
on("cues", () => { const row = currentRow(); if (row && !edited) { handles(row); draw(); } });
$("strip").addEventListener("click", (event) => {
  const box = $("strip").getBoundingClientRect();
  seek(view.from + ((event.clientX - box.left) / box.width) * (view.to - view.from));
});
$("media").addEventListener("timeupdate", draw);
addEventListener("resize", later(150, draw));
