// One table of what keys do; the cheat-sheet is made from it. Letters are taken by their place on
// the keyboard (event.code), so that they work while an Indic layout is chosen.

import { $, config, el, storage } from "./page.js";

const SINGLE = "karmavani.single-letters";

/** Return whether single letters act while no text is open (WCAG 2.1.4: can be turned off). */
export const singles = () => storage.getItem(SINGLE) !== "off";

const NAMES = { ArrowUp: "↑", ArrowDown: "↓", ArrowLeft: "←", ArrowRight: "→", Enter: "⏎", Escape: "Esc", Space: "␣", Comma: ",", Period: ".", Slash: "/", BracketLeft: "[", BracketRight: "]", Digit1: "1", Minus: "−", Equal: "=" };

function name(combo) {
  if (combo === "Shift+Slash") return "?";
  return combo.split("+").map((part) => NAMES[part] ?? part.replace(/^Key|^Digit/, "")).join(" ");
}

function spelled(event) {
  if (event.key === "?") return "Shift+Slash"; // wherever the layout has it
  const held = [];
  if (event.ctrlKey || event.metaKey) held.push("Ctrl");
  if (event.altKey) held.push("Alt");
  if (event.shiftKey) held.push("Shift");
  return [...held, event.code || event.key].join("+");
}

/** Listen for keys. `table`: rows {keys: [anywhere], idle: [while no text is open], does, says}. */
export function listen(table, isTyping) {
  const [anywhere, idle] = [new Map(), new Map()];
  for (const row of table) {
    for (const combo of row.keys ?? []) anywhere.set(combo, row);
    for (const combo of row.idle ?? []) idle.set(combo, row);
  }
  addEventListener("keydown", (event) => {
    // An input method that is composing has all keys; AltGr writes letters in Indic layouts.
    if (event.isComposing || event.keyCode === 229 || event.getModifierState("AltGraph")) return;
    if (document.querySelector("dialog[open]")) return;
    const combo = spelled(event);
    const row = anywhere.get(combo) ?? (free(event, isTyping) ? idle.get(combo) : null);
    if (!row || (!row.keys?.includes(combo) && !singles() && /^(Shift\+)?(Key|Digit|Slash|Bracket)/.test(combo))) return;
    event.preventDefault();
    row.does(event);
  });
}

function free(event, isTyping) {
  const at = event.target;
  if (isTyping() || at.isContentEditable || /^(INPUT|SELECT|TEXTAREA)$/.test(at.tagName)) return false;
  // Enter and space belong to a button or link that has the focus.
  return !(/^(BUTTON|A|SUMMARY)$/.test(at.tagName) && (event.code === "Enter" || event.code === "Space"));
}

/** Fill the cheat-sheet. */
export function explain(table) {
  const kbds = (combos) => combos.flatMap((combo, n) => (n ? [" ", el("kbd", {}, name(combo))] : [el("kbd", {}, name(combo))]));
  const lines = table.filter((row) => row.says).map((row) => el("tr", {},
    el("th", { scope: "row" }, row.says), el("td", {}, ...kbds(row.keys ?? [])), el("td", {}, ...kbds(row.idle ?? []))));
  const said = config.words;
  const head = () => el("thead", {}, el("tr", {}, el("td"), el("th", { scope: "col" }, said.keysAlways), el("th", { scope: "col" }, said.keysIdle)));
  const half = Math.ceil(lines.length / 2);
  $("keys").replaceChildren(...[lines.slice(0, half), lines.slice(half)].map((part) => el("table", {}, head(), el("tbody", {}, ...part))));
  $("single").checked = singles();
  $("single").onchange = () => storage.setItem(SINGLE, $("single").checked ? "on" : "off");
}
