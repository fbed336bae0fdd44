// Typing Indian scripts with Latin keys: the word before the cursor is turned when it ends.

import { canType, toScript } from "./letters_to.js";
import { $, config, el, on, storage, t, toast } from "./page.js";

const KEPT = `karmavani.latin.${config.target?.lang ?? ""}`;
const ENDS = /^[\s.,;:?!|()"”’\-–]$/u;
const WORD = /[A-Za-z~^'][A-Za-z~^']*$/;
const DANDA = new Set(["Deva", "Beng", "Guru", "Orya"]);
let active = false;
let last = null; // what the last turn did: {field, from, to, latin}

function set(onNow) {
  active = onNow;
  $("latin").setAttribute("aria-pressed", String(active));
  $("latin").replaceChildren("a → ", el("span", { lang: config.target.lang }, sample()));
  $("latin").title = active ? t("latinOn", { script: config.target.name }) : t("latinOff");
}

const sample = () => toScript("ka", config.target.base, config.target.script);

export function startTyping() {
  if (!config.may.edit || !canType(config.target.base, config.target.script)) return;
  $("latin").hidden = false;
  set(storage.getItem(KEPT) === "on");
  on("field", (field) => field.addEventListener("beforeinput", turn));
}

export function toggleLatin() {
  if ($("latin").hidden) return;
  set(!active);
  storage.setItem(KEPT, active ? "on" : "off");
  toast(active ? t("latinOn", { script: config.target.name }) : t("latinOff"));
}

function turn(event) {
  const field = event.target;
  if (!active || event.isComposing || field.selectionStart !== field.selectionEnd) { last = null; return; }
  if (event.inputType === "deleteContentBackward") { back(event, field); return; }
  const ends = (event.inputType === "insertText" && ENDS.test(event.data ?? "")) || event.inputType === "insertLineBreak";
  if (!ends) { if (event.data?.length === 1) last = null; return; }
  const at = field.selectionStart;
  const found = WORD.exec(field.value.slice(0, at));
  const made = found ? toScript(found[0], config.target.base, config.target.script) : "";
  const mark = event.data === "|" && DANDA.has(config.target.script) ? "।" : null;
  if (made && made !== found[0]) put(field, at - found[0].length, at, made);
  last = made && made !== found[0] ? { field, from: at - found[0].length, to: at - found[0].length + made.length, latin: found[0] } : null;
  if (mark) { event.preventDefault(); put(field, field.selectionStart, field.selectionStart, mark); }
}

/** The first backspace behind a turned word brings back what was typed. */
function back(event, field) {
  const [was, at] = [last, field.selectionStart];
  last = null;
  if (!was || was.field !== field || at < was.to || at > was.to + 1) return;
  event.preventDefault();
  put(field, was.from, at, was.latin);
}

function put(field, from, to, text) {
  field.setSelectionRange(from, to);
  // The browser's own undo keeps working only this way.
  if (!document.execCommand("insertText", false, text)) {
    field.setRangeText(text, from, to, "end");
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }
}
