// The rows of the page: their order and filter, and how a row looks that is not open.

import { kept } from "./keep.js";
import { $, clock, config, el, on, onlySource, percent, t, tell } from "./page.js";

export const rows = new Map();
export const state = { current: null, filter: "all", order: "time", shown: [], spoken: null, writers: new Map() };
const made = new Map();
const MARKS = { draft: "○", edited: "✎", approved: "✓", returned: "↩", stale: "!" };
const SLICE = 100;
const FIRST = 40; // about two screens
const LOW = 0.6;

const open = (row) => row.findings.filter((one) => one.waived === null);
export const errors = (row) => open(row).filter((one) => one.severity === "error");
const isDoubtful = (row) => row.state === "draft" && (row.findings.length > 0 || unsure(row).length > 0);
export const isToDo = (row) => (onlySource ? isDoubtful(row) : row.state !== "approved" && !(row.state === "edited" && row.mine && row.fresh));
const FILTERS = {
  all: () => true,
  todo: isToDo,
  errors: (row) => errors(row).length > 0,
  findings: (row) => open(row).length > 0,
  returned: (row) => row.state === "returned",
  stale: (row) => row.state === "stale",
  mine: (row) => row.mine,
  comments: (row) => row.open > 0,
};

/** Return the text of a line as this person sees it: what they typed wins over what is saved. */
export const textOf = (row) => kept(row.id)?.text ?? row.text;

/** Take in all rows and show those of the filter. */
export function fill(given) {
  rows.clear();
  for (const row of given) rows.set(row.id, row);
  arrange();
}

/** Take in a row that changed; a row that is open redraws itself. */
export function update(row) {
  const old = rows.get(row.id);
  if (old && old.version > row.version) return;
  rows.set(row.id, row);
  if (row.id === state.current) tell("current-changed", { row, old });
  else redraw(row.id);
}

/** Put the rows in the chosen order and filter. The open line stays, whatever it has become. */
export function arrange() {
  const chosen = [...rows.values()].filter((row) => row.id === state.current || FILTERS[state.filter](row));
  chosen.sort(state.order === "risk" ? (a, b) => b.risk - a.risk || a.n - b.n : (a, b) => a.n - b.n);
  state.shown = chosen.map((row) => row.id);
  draw();
  $("shown").textContent = state.filter === "all" ? "" : `${chosen.length} / ${rows.size}`;
  $("empty").hidden = chosen.length > 0;
  $("empty").textContent = t("hold");
}

let round = 0;
function draw() {
  const list = $("lines");
  round += 1;
  const mine = round;
  const ids = state.shown;
  const around = Math.max(0, ids.indexOf(state.current)) + FIRST;
  list.replaceChildren(...ids.slice(0, around).map(item));
  const more = (at) => {
    if (mine !== round || at >= ids.length) return;
    list.append(...ids.slice(at, at + SLICE).map(item));
    setTimeout(more, 0, at + SLICE); // the page answers keys between slices
  };
  setTimeout(more, 0, around);
}

/** Return the element of a row; it is made once and filled when the row changes. */
export function item(id) {
  if (!made.has(id)) {
    made.set(id, el("li", { id: `line-${id}`, tabIndex: -1, data: { id } }));
    redraw(id);
  }
  return made.get(id);
}

/** Draw a row anew, closed or open. */
export function redraw(id) {
  const li = made.get(id);
  const row = rows.get(id);
  if (!li || !row) return;
  const isOpen = id === state.current;
  const entry = kept(id);
  li.className = `seg is-${row.state}${isOpen ? " open" : ""}${entry ? " kept" : ""}${id === state.spoken ? " spoken" : ""}`;
  li.tabIndex = isOpen ? 0 : -1;
  if (isOpen) li.setAttribute("aria-current", "true");
  else li.removeAttribute("aria-current");
  li.style.setProperty("--tall", `${guess(row)}px`);
  if (!isOpen) li.replaceChildren(...[meta(row), onlySource ? null : source(row), target(row)].filter(Boolean));
}

/** Return a guess of a row's height before it is drawn, so that the scroll bar does not jump. */
function guess(row) {
  const lines = Math.max(Math.ceil((row.source ?? "").length / 48), Math.ceil(row.text.length / 44), 1);
  return 18 + lines * 27 + (open(row).length ? 24 : 0);
}

/** Return number, time and state of a row; what else is known of it below, in few words. */
export function meta(row) {
  const label = config.states[row.state] ?? row.state;
  const mark = el("span", { class: "mark", title: label, aria: { hidden: "true" } }, MARKS[row.state] ?? "");
  const time = el("button", { type: "button", class: "time plain", tabIndex: -1, data: { play: row.id } }, clock(row.start));
  time.setAttribute("aria-label", `${t("play")} ${clock(row.start)}`);
  const who = state.writers.get(row.id);
  return el("div", { class: "meta" }, mark, el("span", { class: "n" }, String(row.n)), time,
    el("span", { class: row.id === state.current ? "state-label" : "sr-only" }, label), ...asides(row),
    who ? el("span", { class: "aside writer" }, t("writing", { who })) : null);
}

/** Return small remarks: open comments, and where the recogniser or the machine was unsure. */
function asides(row) {
  const found = [];
  if (row.open) found.push([t("openComments", { n: row.open }), t("comment"), "talk"]);
  if (row.heard !== null && row.heard < LOW) found.push([t("heardShort", { n: percent(row.heard) }), t("heardBadly", { n: percent(row.heard) }), ""]);
  if (row.sure !== null && row.sure < LOW && row.state === "draft") found.push([t("draftedShort", { n: percent(row.sure) }), t("draftedBadly", { n: percent(row.sure) }), ""]);
  return found.map(([text, title, kind]) => el("span", { class: `aside ${kind}`, title }, text));
}

/** Return the source with its terms marked. */
export function source(row) {
  const p = el("p", { class: "src", lang: config.source.lang, dir: config.source.dir });
  const terms = row.terms.filter((term) => term.end > term.start).sort((a, b) => a.start - b.start);
  const points = /[\ud800-\udfff]/.test(row.source) ? [...row.source] : row.source;
  const cut = (from, to) => (typeof points === "string" ? points.slice(from, to) : points.slice(from, to).join(""));
  let at = 0;
  terms.forEach((term) => {
    if (term.start < at) return; // a term within another one
    p.append(cut(at, term.start), el("mark", { title: term.target, data: { term: row.terms.indexOf(term) } }, cut(term.start, term.end)));
    at = term.end;
  });
  p.append(cut(at, points.length));
  return p;
}

function target(row) {
  const entry = kept(row.id);
  const text = textOf(row);
  const p = el("p", { class: "tgt", lang: config.target.lang, dir: config.target.dir }, text || "");
  if (onlySource && text === row.words.map((word) => word[0]).join(" ")) p.replaceChildren(...spoken(row));
  if (!text) p.replaceChildren(el("em", { class: "quiet", lang: config.interface, dir: "auto" }, t("noText")));
  return el("div", { class: "to" }, p, entry ? el("p", { class: "hint pending" }, entry.refused || t("unsaved")) : null, brief(row));
}

/** Return the words of a sentence of which the recogniser was unsure. */
const unsure = (row) => (row.words ?? []).filter((word) => word[3] !== null && word[3] < LOW);

/** Return a sentence's words, the doubtful ones marked; as buttons they play their sound. */
export function spoken(row, playable = false) {
  return row.words.flatMap(([text, start, end, sure], n) => {
    const kind = sure !== null && sure < LOW ? "word unsure" : "word";
    const title = sure === null ? "" : t("wordSure", { n: percent(sure) });
    const word = playable ? el("button", { type: "button", class: kind, title, tabIndex: -1, data: { from: start, to: end } }, text)
      : kind === "word" ? text : el("span", { class: kind, title }, text);
    return n ? [" ", word] : [word];
  });
}

/** Return the findings of a closed row in few words. */
function brief(row) {
  const found = open(row);
  if (!found.length) return null;
  const worst = { error: 0, warning: 1, info: 2 };
  const sorted = [...found].sort((a, b) => worst[a.severity] - worst[b.severity]);
  const first = sorted.slice(0, 2).map((one) => el("span", { class: `dot ${one.severity}`, title: one.message }, one.summary));
  const more = found.length > 2 ? el("span", { class: "quiet" }, `+${found.length - 2}`) : null;
  return el("p", { class: "brief" }, ...first, more);
}

/** Return the next row's id in the shown order from `id`, by `step`, for which `fits` holds. */
export function neighbour(id, step, fits = () => true) {
  let at = state.shown.indexOf(id);
  if (at < 0) at = step > 0 ? -1 : state.shown.length;
  for (at += step; at >= 0 && at < state.shown.length; at += step) {
    if (fits(rows.get(state.shown[at]))) return state.shown[at];
  }
  return null;
}

/** Mark the row that is being spoken. */
export function markSpoken(id) {
  if (id === state.spoken) return;
  made.get(state.spoken)?.classList.remove("spoken");
  state.spoken = id;
  made.get(id)?.classList.add("spoken");
}

on("row", update);
on("kept", redraw);
