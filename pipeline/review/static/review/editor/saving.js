// Sends what is kept, in order, one after the other; goes on after a lost line or session.

import { drop, keep, kept, keptLines, waiting } from "./keep.js";
import { call } from "./net.js";
import { $, config, el, t, tell, uuid } from "./page.js";

const LONGEST_PAUSE = 30000;
const TEXT = config.scope === "transcript" ? "sentence" : "save";
const isText = (entry) => entry.kind === TEXT;
let busy = false;
let pause = 0;
let timer = 0;
let signedOut = false;

/** Keep a text as it is being typed; nothing is sent yet. */
export function draft(line, text, base) {
  const old = kept(line);
  const fresh = { text, wait: false, request: null, refused: "", conflict: false };
  // While a save of this line is under way, the next one must build on its answer.
  keep(line, old && isText(old) ? { ...fresh, base: old.base } : { ...fresh, base, kind: TEXT });
  if (!old) showStatus();
}

/** Have a kept text sent. */
export function commit(line, origin = "edit", keepalive = false) {
  const entry = kept(line);
  if (!entry || entry.wait || entry.conflict) return;
  keep(line, { wait: true, request: uuid(), origin, at: Date.now() });
  pump(keepalive);
}

/** Have a decision sent: approve, or return with reason and note. */
export function decide(line, kind, base, more = {}) {
  keep(line, { kind, base, wait: true, request: uuid(), at: Date.now(), refused: "", conflict: false, ...more });
  tell("kept", line);
  pump();
}

function letter(line, entry) {
  if (entry.kind === "approve") return [`lines/${line}/approve`, { version: entry.base }];
  if (entry.kind === "return") return [`lines/${line}/return`, { version: entry.base, reason: entry.reason, note: entry.note }];
  const body = { text: entry.text, version: entry.base };
  if (entry.kind === "sentence") return [`sentences/${line}/save`, body];
  return [`lines/${line}/save`, { ...body, request: entry.request, origin: entry.origin ?? "edit" }];
}

/** Send what waits; safe to call at any time. */
export async function pump(keepalive = false) {
  if (busy) return;
  busy = true;
  clearTimeout(timer);
  try {
    for (let next = waiting()[0]; next; next = waiting()[0]) {
      const [line, entry] = next;
      showStatus("saving");
      const answer = await call(...letter(line, entry), keepalive);
      if (!take(line, entry, answer)) break;
    }
  } finally {
    busy = false;
    showStatus();
  }
}

/** Take in an answer; returns whether the next one can be sent. */
function take(line, entry, { status, data }) {
  if (status === 0 || status >= 500 || status === 429 || status === 401) {
    signedOut = status === 401;
    pause = Math.min(LONGEST_PAUSE, Math.max(1000, pause * 2));
    timer = setTimeout(pump, pause);
    return false;
  }
  [pause, signedOut] = [0, false];
  if (status === 200 || (status === 409 && isDone(entry, data.row))) arrived(line, entry, data);
  else if (status === 409 && data.row) conflicted(line, data);
  else refused(line, data.error ?? String(status));
  return true;
}

/** Return whether a decision that seems refused was taken before: its answer had been lost. */
function isDone(entry, row) {
  if (!row || row.version !== entry.base + 1) return false;
  if (entry.kind === "approve") return row.state === "approved" && row.byMe;
  if (entry.kind === "return") return row.state === "returned" && row.reason === entry.reason;
  return row.text === entry.text;
}

function arrived(line, sent, data) {
  const now = kept(line);
  if (now && now.request === sent.request) drop(line);
  else if (now) keep(line, { base: data.row.version }); // typed on meanwhile
  tell("row", data.row);
  if (data.counts) tell("counts", data.counts);
  tell("arrived", { line, kind: sent.kind });
}

function conflicted(line, data) {
  keep(line, { conflict: true, wait: false });
  tell("row", data.row);
  tell("conflict", { line, row: data.row });
}

function refused(line, why) {
  const { was } = keep(line, { refused: why, wait: false });
  if (!isText(kept(line))) drop(line);
  tell("refused", { line, why, was });
}

/** Solve a conflict: send `text` over what the server has now, or drop it where it is null. */
export function solve(line, text, row) {
  if (text === null || text === row.text) {
    drop(line);
    tell("row", row);
  } else {
    keep(line, { text, base: row.version, conflict: false, wait: true, request: uuid(), kind: TEXT });
    pump();
  }
  tell("kept", line);
  tell("solved", { line, text: text ?? row.text });
  showStatus();
}

/** Return how many changes the server does not have. */
export const unsent = () => keptLines().length;

function showStatus(now = "") {
  const [status, n] = [$("status"), unsent()];
  const trouble = signedOut || pause > 0;
  status.className = `ed-status ${trouble ? "trouble" : n ? "pending" : ""}`;
  let said = now === "saving" ? t("saving") : n ? t("unsaved") : t("saved");
  if (signedOut) said = t("signedOut");
  else if (pause > 0) said = n === 1 ? t("keptOne") : t("kept", { n });
  if (status.dataset.said === said) return; // a screen reader hears each state once
  status.dataset.said = said;
  const link = el("a", { href: config.login, target: "_blank", rel: "noopener" }, t("signIn"));
  status.replaceChildren(said, ...(signedOut ? [" ", link] : []));
}

addEventListener("online", () => { pause = 0; pump(); });
addEventListener("focus", () => { if (signedOut) pump(); });
addEventListener("beforeunload", (event) => { if (unsent()) event.preventDefault(); });
