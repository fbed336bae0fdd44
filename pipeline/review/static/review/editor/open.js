// The row that is open: its text field, what it measures, findings, terms, suggestion, and buttons.

import { shown } from "./diff.js";
import { kept, drop } from "./keep.js";
import { arrange, errors, item, meta, neighbour, redraw, rows, source, spoken, state, textOf, isToDo } from "./lines.js";
import { reading } from "./measure.js";
import { $, button, config, el, later, on, onlySource, percent, t, tell, toast } from "./page.js";
import { ask } from "./dialogs.js";
import { call } from "./net.js";
import { commit, decide, draft } from "./saving.js";
import { timeOf } from "./cues.js";

const IDLE = 8000;
let field = null;
let before = null; // for undo: {line, text}
const idle = later(IDLE, (id) => { if (id === state.current) save(); });

export const textField = () => field;
export const currentRow = () => rows.get(state.current) ?? null;
export const isWriting = () => field !== null && document.activeElement === field;
const pane = () => $("lines-pane");

/** Open a line. `edit`: go into its text; `hold`: leave the page where it is. */
export function openLine(id, { edit = false, hold = false } = {}) {
  if (id === null || !rows.has(id)) return;
  const old = state.current;
  if (old !== id) {
    leave();
    state.current = id;
    field = null;
    if (old !== null) redraw(old);
  }
  const li = item(id);
  if (!li.isConnected) arrange(); // not drawn yet, or in no list of this filter
  const top = hold ? li.getBoundingClientRect().top : null;
  redraw(id);
  if (old !== id || !field) fillOpen(rows.get(id), li);
  place(li, top);
  if (edit) enter();
  else if (!isWriting()) li.focus({ preventScroll: true });
  if (old === id) return;
  history.replaceState(null, "", `#line-${id}`); // a reload, or a link sent to somebody, comes back here
  tell("opened", rows.get(id));
}

/** Keep the open line where the eye is: at a third of the page, or where it was clicked. */
function place(li, top) {
  const box = pane().getBoundingClientRect();
  const now = li.getBoundingClientRect();
  if (top !== null) pane().scrollTop += now.top - top;
  else pane().scrollTop += now.top - box.top - Math.min(box.height * 0.3, 220);
}

/** Send what was typed in the open line, because the person goes elsewhere. */
export function leave() {
  if (state.current !== null) save();
}

export function save(origin = "edit", keepalive = false) {
  const row = currentRow();
  if (!row || !kept(row.id)) return;
  before = { line: row.id, text: row.text };
  commit(row.id, origin, keepalive);
}

/** Go into the text of the open line, the cursor at its end. */
export function enter() {
  if (!field || field.readOnly) { if (!config.may.edit) toast(t("mayNotEdit")); return; }
  field.focus({ preventScroll: true });
  field.setSelectionRange(field.value.length, field.value.length);
}

/** Leave the text; what was typed is thrown away and can be had back. */
export function cancel() {
  const row = currentRow();
  if (!field || !row) return;
  const typed = field.value;
  if (typed !== row.text && !kept(row.id)?.wait) {
    drop(row.id);
    field.value = row.text;
    changed(false);
    redraw(row.id);
    toast(t("takenBack"), "info", [[t("undo"), () => { openLine(row.id, { edit: true }); replaceAll(typed); }]]);
  }
  item(row.id).focus({ preventScroll: true });
}

function fillOpen(row, li) {
  field = el("textarea", {
    class: "tgt field", value: textOf(row), lang: config.target.lang, dir: config.target.dir, rows: 1,
    readOnly: !config.may.edit, spellcheck: true, autocapitalize: "off", aria: { label: `${t("line", { n: row.n })}, ${config.target.name}`, describedby: "gauge" },
  });
  field.addEventListener("input", () => changed());
  // A line is one line: what breaks it on the screen is computed.
  field.addEventListener("beforeinput", (event) => { if (/^insert(LineBreak|Paragraph)$/.test(event.inputType)) event.preventDefault(); });
  const to = el("div", { class: "to" }, field, el("p", { class: "gauge", id: "gauge" }), el("div", { class: "extras", id: "extras" }));
  const heard = onlySource ? el("p", { class: "words-line src", lang: config.target.lang, dir: config.target.dir }, ...spoken(row, true)) : source(row);
  const from = el("div", { class: "from" }, heard, el("div", { class: "aids", id: "aids" }));
  li.replaceChildren(meta(row), from, to, el("div", { class: "acts", id: "acts" }));
  tell("field", field);
  drawAround(row);
  grow();
}

function drawAround(row) {
  gauge();
  $("extras").replaceChildren(...notes(row), ...findings(row));
  $("aids").replaceChildren(...(onlySource ? [] : [terms(row), suggestion(row)].filter(Boolean)));
  $("acts").replaceChildren(...acts(row));
}

function grow() {
  if (CSS.supports("field-sizing", "content")) return;
  field.style.height = "auto";
  field.style.height = `${field.scrollHeight + 2}px`;
}

function changed(keepIt = true) {
  const row = currentRow();
  if (keepIt) {
    const entry = kept(row.id);
    if (field.value === row.text && !(entry && entry.wait)) drop(row.id);
    else draft(row.id, field.value, row.version);
    idle(row.id);
  }
  item(row.id).classList.toggle("kept", kept(row.id) !== null);
  grow();
  gauge();
  $("acts").replaceChildren(...acts(row));
  tell("typed", { row, text: field.value });
}

function gauge() {
  const row = currentRow();
  const { from, to } = timeOf(row);
  const now = reading(field.value, config.profile, to - from);
  const { target: goal, hard, width: limit } = config.profile;
  const one = (n) => n.toLocaleString(config.interface, { maximumFractionDigits: 1 });
  const speed = el("span", { class: now.speed > hard ? "bad" : now.speed > goal ? "warn" : "fine", title: t("speed", { n: one(now.speed), limit: hard }) },
    t("speedShort", { n: one(now.speed), limit: hard }));
  const wide = el("span", { title: t("width", { n: now.widest, limit }) }, `${now.widest} / ${limit}`);
  const parts = el("span", {}, `▭ ${now.cues}`);
  const bar = el("meter", { min: 0, max: hard * 1.3, high: hard, low: goal, optimum: 0, value: Math.min(now.speed, hard * 1.3), aria: { hidden: "true" } });
  $("gauge").replaceChildren(bar, speed, wide, parts);
}

function notes(row) {
  const made = [];
  const entry = kept(row.id);
  if (entry?.refused) made.push(el("p", { class: "note bad" }, entry.refused));
  if (row.state === "returned") made.push(el("p", { class: "note bad" }, `${config.reasons[row.reason] ?? row.reason}${row.note ? `: ${row.note}` : ""}`));
  if (row.fresh === false || row.state === "stale") made.push(el("p", { class: "note warn" }, t("sourceChanged")));
  if (row.state === "approved") made.push(el("p", { class: "note good" }, t("approvedBy", { who: row.approver })));
  else if (row.mine) made.push(el("p", { class: "note quiet" }, t("mine")));
  else if (row.state === "edited") made.push(el("p", { class: "note quiet" }, t("by", { who: row.by })));
  return made;
}

function findings(row) {
  let key = 0;
  return row.findings.map((one) => {
    const fixable = one.repair && config.may.edit && one.waived === null && (one.repair.text !== undefined || isOwn(row, one.repair));
    if (fixable) key += 1;
    const fix = fixable ? button(one.repair.label, { class: "small fix", title: one.repair.text ?? "" }, () => repair(one)) : null;
    if (fix && key === 1) fix.append(" ", el("kbd", {}, "F"));
    const waive = one.waived === null && config.may.approve && !row.mine ? button(t("waive"), { class: "plain small" }, () => waiveFinding(one)) : null;
    return el("div", { class: `finding ${one.waived === null ? one.severity : "waived"}` },
      el("span", { class: "what" }, one.summary), " ", el("span", { class: "quiet", dir: "auto", ...(one.waived === null && { lang: "en" }) }, one.waived === null ? one.message : t("waived", { why: one.waived })),
      el("span", { class: "finding-acts" }, fix, waive));
  });
}

const isOwn = (row, repair) => (repair.cues ?? []).every((cue) => cue.segment_ids.length === 1)
  && new Set(repair.cues.map((cue) => cue.segment_ids[0])).size === 1;

async function repair(finding) {
  if (finding.repair.text !== undefined) { replaceAll(finding.repair.text); save("repair"); return; }
  tell("repair-cues", finding.repair);
}

/** Do the first repair that is offered for the open line. */
export function repairFirst() {
  const found = currentRow()?.findings.find((one) => one.repair && one.waived === null);
  if (found) repair(found);
}

async function waiveFinding(finding) {
  const said = await ask({ title: t("whyRight"), about: finding.message, need: true });
  if (!said) return;
  const { status, data } = await call(`findings/${finding.id}/waive`, { reason: said.text });
  if (status === 200) { tell("row", data.row); tell("counts", data.counts); } else toast(data.error ?? t("failed"), "error");
}

function terms(row) {
  const seen = new Set();
  const wanted = row.terms.filter((term) => term.target && !seen.has(term.target) && seen.add(term.target));
  if (!wanted.length) return null;
  return el("div", { class: "terms", role: "group", aria: { label: t("terms") } }, ...wanted.map((term, n) => {
    const made = button(term.target, { class: `term ${term.status}`, lang: config.target.lang, dir: config.target.dir, tabIndex: -1, title: [term.source, term.note].filter(Boolean).join(" · ") }, () => insert(term.target));
    made.addEventListener("pointerdown", (event) => event.preventDefault()); // the cursor stays in the text
    if (n < 9) made.prepend(el("kbd", { dir: "ltr", lang: "en" }, String(n + 1)), " ");
    return made;
  }));
}

export function insertTerm(n) {
  const seen = new Set();
  const wanted = (currentRow()?.terms ?? []).filter((term) => term.target && !seen.has(term.target) && seen.add(term.target));
  if (wanted[n]) insert(wanted[n].target);
}

/** Put a text at the cursor; undo of the browser takes it back. */
export function insert(text) {
  if (!field || field.readOnly) return;
  field.focus({ preventScroll: true });
  if (!document.execCommand("insertText", false, text)) field.setRangeText(text, field.selectionStart, field.selectionEnd, "end");
  changed();
}

/** Put a text in the place of the whole; who was not writing before is not afterwards. */
export function replaceAll(text) {
  if (!field || field.readOnly) return;
  const writing = isWriting();
  field.focus({ preventScroll: true });
  field.select();
  insert(text);
  if (!writing) item(state.current).focus({ preventScroll: true });
}

function suggestion(row) {
  const found = row.suggestion;
  if (!found || found.target === row.text) return null;
  const older = row.state === "stale" || found.organisation === "this lesson";
  const title = older ? t("older") : t("memory", { n: percent(found.percent / 100) });
  const lang = { lang: config.target.lang, dir: config.target.dir };
  return el("div", { class: "suggestion" },
    el("p", { class: "hint" }, title, found.approved_by ? ` · ${found.approved_by}` : "", found.course ? ` · ${found.course}` : ""),
    found.source !== row.source ? el("p", { class: "hint diff", lang: config.source.lang, dir: config.source.dir }, ...shown(found.source, row.source)) : null,
    el("p", { class: "diff", ...lang }, ...shown(row.text, found.target)),
    config.may.edit ? el("p", {}, button(t("take"), { tabIndex: -1 }, takeSuggestion), " ", el("kbd", {}, "S")) : null);
}

export function takeSuggestion() {
  const found = currentRow()?.suggestion;
  if (found) replaceAll(found.target);
}

function acts(row) {
  const dirty = kept(row.id) !== null && !kept(row.id).wait;
  const why = whyNot(row);
  const main = dirty || !config.may.approve
    ? button(t("done"), { class: "primary", disabled: !config.may.edit }, done)
    : button(t("approve"), { class: "primary", disabled: Boolean(why), title: why }, done);
  main.append(" ", el("kbd", {}, "Ctrl ⏎"));
  const made = [main];
  if (dirty) made.push(button(t("cancel"), {}, cancel));
  if (config.may.approve && row.state !== "returned") made.push(button(t("return"), {}, giveBack));
  if (why && !dirty && row.state !== "approved") made.push(el("span", { class: "hint quiet" }, why));
  return made;
}

/** Return why the line cannot be approved by this person, empty where it can. */
function whyNot(row) {
  if (onlySource) return "";
  if (row.state === "approved") return t("approvedAlready");
  if (!config.may.approve) return t("mayNotEdit");
  if (row.mine) return t("own");
  if (!row.fresh) return t("staleFirst");
  if (!config.settled) return t("unsettled");
  if (!row.text) return t("noText");
  if (errors(row).length) return t("openError");
  return "";
}

/** Be done with the line: save what was typed, or approve it, and go to the next one to do. */
export function done() {
  const row = currentRow();
  if (!row) return;
  const entry = kept(row.id);
  const writing = isWriting();
  const next = neighbour(row.id, 1, isToDo);
  if (entry && !entry.wait) save();
  else if (!entry && !onlySource && row.state !== "approved") {
    const why = whyNot(row);
    if (why && !(row.mine && row.fresh)) { toast(why, "warning"); return; }
    if (!why) {
      decide(row.id, "approve", row.version, { was: { state: row.state, approver: row.approver } });
      Object.assign(row, { state: "approved", approver: config.person.name });
    }
  }
  if (next === null) { toast(t("end")); redrawOpen(); } else openLine(next, { edit: writing });
}

export async function giveBack() {
  const row = currentRow();
  if (!row || !config.may.approve) return;
  const choices = Object.entries(config.reasons);
  const said = await ask({ title: t("whyReturn"), choices });
  if (!said) return;
  const next = neighbour(row.id, 1, isToDo);
  decide(row.id, "return", row.version, { reason: said.choice, note: said.text });
  if (next !== null) openLine(next);
}

/** Bring back the text that the last saved line had before. */
export async function undo() {
  const row = before && rows.get(before.line);
  if (!row) { toast(t("nothingToUndo")); return; }
  openLine(row.id);
  replaceAll(before.text);
  save("restore");
  before = null;
  toast(t("undone"));
}

const tidy = (text) => text.replace(/[ \t\r\n]+/g, " ").trim();

/** Draw the open line anew, its text field left alone while somebody writes in it. */
export function redrawOpen() {
  const row = currentRow();
  if (!row) return;
  redraw(row.id);
  const li = item(row.id);
  li.querySelector(".meta").replaceWith(meta(row));
  if (!onlySource) li.querySelector(".src").replaceWith(source(row));
  // The server tidies spaces; a space that is just being typed is left, and the cursor with it.
  const same = isWriting() && tidy(field.value) === row.text;
  if (!kept(row.id) && field.value !== row.text && !same) { field.value = row.text; grow(); }
  drawAround(row);
}

on("current-changed", redrawOpen);
let toldStale = false;
on("arrived", ({ kind }) => {
  if (kind === "sentence" && config.settled && !toldStale) toast(t("madeStale"));
  toldStale ||= kind === "sentence";
});
on("solved", ({ line, text }) => {
  if (line !== state.current || !field) return;
  field.value = text;
  redrawOpen();
});
on("refused", ({ line, why, was }) => { if (was) Object.assign(rows.get(line), was); toast(t("failed", { what: why }), "error"); if (line === state.current) redrawOpen(); else redraw(line); });
on("arrived", ({ line }) => { if (line !== state.current) redraw(line); else redrawOpen(); });
addEventListener("visibilitychange", () => { if (document.visibilityState === "hidden") save("edit", true); });
addEventListener("pagehide", () => save("edit", true));
