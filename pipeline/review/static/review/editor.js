// The editor of translations: loads the lines and wires keys, buttons and parts together.

import { loadCues } from "./editor/cues.js";
import { adopt, drop, kept, keptLines } from "./editor/keep.js";
import { early } from "./editor/early.js";
import { explain, listen } from "./editor/keys.js";
import { arrange, fill, isToDo, neighbour, rows, state } from "./editor/lines.js";
import { startLive } from "./editor/live.js";
import { call } from "./editor/net.js";
import { showTab } from "./editor/notes.js";
import * as open from "./editor/open.js";
import { $, button, config, onlySource, t, tell, toast } from "./editor/page.js";
import * as player from "./editor/player.js";
import { openProposal } from "./editor/propose.js";
import { pump, unsent } from "./editor/saving.js";
import { ask } from "./editor/dialogs.js";
import { openSearch } from "./editor/search.js";
import * as strip from "./editor/strip.js";
import { startTyping, toggleLatin } from "./editor/typing.js";

const go = (step, fits) => () => {
  const next = neighbour(state.current, step, fits);
  if (next === null) toast(t("end"));
  else open.openLine(next, { edit: open.isWriting() });
};
const row = open.currentRow;
const picked = () => { const field = open.textField(); return field ? field.value.slice(field.selectionStart, field.selectionEnd) : ""; };
const says = (key) => config.words[key];

const digits = Array.from({ length: 9 }, (_, n) => n);
// What makes no sense where there is no translation.
const NOT_IN_TRANSCRIPT = new Set(["return", "take", "term", "propose", "comment", "search", "split", "merge", "uncue", "start-", "end-", undefined]);
const TABLE = [
  { name: "next", says: says("kNext"), keys: ["Alt+ArrowDown"], idle: ["ArrowDown", "KeyJ"], does: go(1) },
  { name: "previous", says: says("kPrevious"), keys: ["Alt+ArrowUp"], idle: ["ArrowUp", "KeyK"], does: go(-1) },
  { name: "todo", says: says("kTodo"), keys: ["Alt+Shift+ArrowDown"], idle: ["KeyN"], does: go(1, isToDo) },
  { name: "todo-back", says: says("kTodoBack"), keys: ["Alt+Shift+ArrowUp"], idle: ["Shift+KeyN"], does: go(-1, isToDo) },
  { name: "done", says: says("kDone"), keys: ["Ctrl+Enter"], idle: ["KeyA"], does: open.done },
  { name: "return", says: says("kReturn"), keys: ["Alt+KeyR"], idle: ["KeyR"], does: open.giveBack },
  { name: "edit", says: says("kEdit"), keys: ["F2"], idle: ["Enter", "KeyE"], does: open.enter },
  { name: "save", says: says("kSave"), keys: ["Ctrl+KeyS"], does: () => { open.save(); pump(); } },
  { name: "cancel", says: says("kCancel"), keys: ["Escape"], does: () => { if (open.isWriting()) open.cancel(); else row() && open.openLine(row().id); } },
  { name: "fix", says: says("kFix"), keys: ["Alt+KeyF"], idle: ["KeyF"], does: open.repairFirst },
  { name: "take", says: says("kTake"), keys: ["Alt+KeyS"], idle: ["KeyS"], does: open.takeSuggestion },
  { name: "term", says: says("kTerm"), keys: ["Alt+Digit1"], idle: ["Digit1"], does: () => open.insertTerm(0) },
  ...digits.slice(1).map((n) => ({ keys: [`Alt+Digit${n + 1}`], idle: [`Digit${n + 1}`], does: () => open.insertTerm(n) })),
  { name: "undo", says: says("kUndo"), keys: ["Alt+KeyZ"], idle: ["KeyZ"], does: open.undo },
  { name: "play", says: says("kPlay"), keys: ["Ctrl+Space", "F8"], idle: ["Space"], does: player.toggle },
  { name: "replay", says: says("kReplay"), keys: ["F9", "Alt+KeyP"], idle: ["KeyP"], does: () => row() && player.playLine(row()) },
  { name: "loop", says: says("kLoop"), keys: ["Alt+KeyL"], idle: ["KeyL"], does: () => row() && player.toggleLoop(row()) },
  { name: "slower", says: says("kSlower"), keys: ["Alt+Comma"], idle: ["BracketLeft"], does: () => player.pace(-1) },
  { name: "faster", says: says("kFaster"), keys: ["Alt+Period"], idle: ["BracketRight"], does: () => player.pace(1) },
  { name: "propose", says: config.may.propose && says("kPropose"), keys: ["Alt+KeyG"], idle: ["KeyG"], does: openProposal },
  { name: "comment", says: says("kComment"), keys: ["Alt+KeyC"], idle: ["KeyC"], does: () => showTab("comments", true) },
  { name: "history", says: says("kHistory"), keys: ["Alt+KeyH"], idle: ["KeyH"], does: () => showTab("history", true) },
  { name: "search", says: says("kSearch"), keys: ["Ctrl+KeyH", "Alt+Slash"], idle: ["Slash"], does: () => openSearch(picked()) },
  { name: "filter", says: says("kFilter"), keys: ["Alt+KeyV"], idle: ["KeyV"], does: () => $("filter").focus() },
  { name: "latin", says: says("kLatin"), keys: ["Alt+KeyT"], idle: ["KeyT"], does: toggleLatin },
  { name: "split", says: says("kSplit"), keys: ["Alt+Enter"], does: strip.split },
  { name: "merge", says: says("kMerge"), keys: ["Alt+KeyM"], idle: ["KeyM"], does: strip.merge },
  { name: "uncue", says: says("kReset"), keys: ["Alt+Shift+KeyM"], does: strip.resetCues },
  { name: "start-", says: says("kStart"), keys: ["Alt+Shift+Comma", "Alt+Shift+Period"], does: (event) => strip.nudge("start", event.code === "Comma" ? -100 : 100) },
  { name: "end-", says: says("kEnd"), keys: ["Alt+Shift+ArrowLeft", "Alt+Shift+ArrowRight"], does: (event) => strip.nudge("end", event.code === "ArrowLeft" ? -100 : 100) },
  { name: "notes", does: () => { const more = document.querySelector(".ed-side").classList.toggle("more"); $("notes-toggle").setAttribute("aria-expanded", String(more)); } },
  { name: "help", says: says("kHelp"), keys: ["F1"], idle: ["Shift+Slash", "KeyQ"], does: () => $("help").showModal() },
].filter((one) => !onlySource || !NOT_IN_TRANSCRIPT.has(one.name));

function clicks(event) {
  const wanted = event.target.closest("[data-do]");
  if (wanted) { TABLE.find((one) => one.name === wanted.dataset.do)?.does(event); return; }
  const time = event.target.closest("[data-play]");
  if (time) { player.playLine(rows.get(Number(time.dataset.play))); return; }
  const word = event.target.closest("button.word");
  if (word) { player.playSpan(Number(word.dataset.from), Number(word.dataset.to)); return; }
  const term = event.target.closest("mark[data-term]");
  const li = event.target.closest("li.seg");
  if (!li) return;
  const id = Number(li.dataset.id);
  if (id !== state.current) open.openLine(id, { edit: Boolean(event.target.closest(".to")) && config.may.edit && !getSelection().toString(), hold: true });
  else if (term) open.insert(rows.get(id).terms[Number(term.dataset.term)].target);
}

/** Begin with the filter and order that the address asks for, as links of the queue do. */
function asAsked() {
  const asked = new URLSearchParams(location.search);
  for (const [id, name] of [["filter", "show"], ["order", "order"]]) {
    const value = asked.get(name);
    if ([...$(id).options].some((one) => one.value === value)) $(id).value = state[id] = value;
  }
}

async function load(asked) {
  asAsked();
  const { status, data } = await asked;
  if (status !== 200) {
    $("loading").replaceChildren(data.error ?? t("loadFailed"), " ", button(t("again"), {}, () => load(call(config.paths.lines))));
    return;
  }
  $("loading").hidden = true;
  const back = await adopt();
  const wanted = Number(/^#line-(\d+)$/.exec(location.hash)?.[1] ?? 0);
  for (const one of data.rows) rows.set(one.id, one);
  const latest = keptLines().filter((id) => rows.has(id)).sort((a, b) => kept(b).at - kept(a).at)[0];
  fill(data.rows);
  const first = latest ?? (rows.has(wanted) ? wanted : null) ?? neighbour(null, 1, isToDo) ?? state.shown[0] ?? null;
  tell("counts", data.counts);
  open.openLine(first);
  performance.mark("editor-open");
  for (const id of keptLines().filter((one) => !rows.has(one))) {
    // The sentence is in the lesson no more: the text stays until the person has seen it.
    toast(t("gone", { text: kept(id).text ?? "" }), "warning", [[t("close"), () => drop(id)]]);
  }
  if (back) { toast(t("recovered", { n: back }), "warning"); pump(); }
  startLive(data.now);
  setTimeout(() => { loadCues(); strip.loadPeaks(); }, 50);
}

for (const [id, key] of [["filter", "filter"], ["order", "order"]]) {
  $(id).addEventListener("change", () => { state[key] = $(id).value; arrange(); });
}
function settle() {
  for (const form of document.querySelectorAll("form.settle")) {
    form.addEventListener("submit", (event) => { open.leave(); if (unsent()) { event.preventDefault(); toast(t("unsaved"), "warning"); } });
  }
  $("waive")?.addEventListener("click", async () => {
    const said = await ask({ title: t("whyWaive"), need: true });
    if (!said) return;
    $("waive-reason").value = said.text;
    $("waive-form").requestSubmit();
  });
}

addEventListener("click", clicks);
settle();
player.onLoop(row);
startTyping();
explain(TABLE);
listen(TABLE, open.isWriting);
load(early);
