// Find and replace over the lesson: shown before anything is changed, chosen line by line.

import { kept } from "./keep.js";
import { call } from "./net.js";
import { leave } from "./open.js";
import { $, config, el, on, t, tell, toast } from "./page.js";
import { shown } from "./diff.js";

const MOST_SHOWN = 300;
let matches = [];
let batch = 0;

const query = () => ({
  find: $("find-text").value, replace: $("replace-text").value,
  whole: $("find-whole").checked, exact: $("find-exact").checked, regex: $("find-regex").checked,
});

export function openSearch(selected = "") {
  leave();
  const lang = { lang: config.target.lang, dir: "auto" };
  Object.assign($("find-text"), lang);
  Object.assign($("replace-text"), lang);
  if (selected) $("find-text").value = selected;
  $("search").showModal();
  $("find-text").select();
}

async function find(event) {
  event?.preventDefault();
  const { status, data } = await call(`tracks/${config.track}/find`, query());
  matches = status === 200 ? data.matches : [];
  $("found").textContent = status === 200 ? (matches.length ? t("found", { n: matches.length }) : t("nothingFound")) : `${data.error ?? t("loadFailed")} ${data.advice ?? ""}`;
  $("matches").replaceChildren(...matches.slice(0, MOST_SHOWN).map(line));
  $("all-box").hidden = matches.length === 0;
  $("find-all").checked = true;
  ready();
}

function line(match) {
  const box = el("input", { type: "checkbox", checked: match.before !== match.after, data: { line: match.line }, aria: { label: t("choose", { n: match.n }) } });
  box.addEventListener("change", ready);
  const lang = { lang: config.target.lang, dir: config.target.dir };
  const text = el("p", lang);
  if (query().replace || match.before !== match.after) text.append(...shown(match.before, match.after));
  else marks(text, match);
  return el("li", {}, box, el("span", { class: "n" }, String(match.n)), text);
}

function marks(text, match) {
  let at = 0;
  for (const [from, to] of match.spans) {
    text.append(match.before.slice(at, from), el("mark", {}, match.before.slice(from, to)));
    at = to;
  }
  text.append(match.before.slice(at));
}

const boxes = () => [...$("matches").querySelectorAll("input")];

/** Return line -> version of what is chosen; lines beyond those shown follow "all of them". */
function chosen() {
  const on = new Set(boxes().filter((box) => box.checked).map((box) => Number(box.dataset.line)));
  const rest = $("find-all").checked ? matches.slice(MOST_SHOWN) : [];
  const all = [...matches.slice(0, MOST_SHOWN).filter((one) => on.has(one.line)), ...rest];
  return Object.fromEntries(all.filter((one) => one.before !== one.after && !kept(one.line)).map((one) => [one.line, one.version]));
}

function ready() {
  $("do-replace").disabled = !config.may.edit || Object.keys(chosen()).length === 0;
}

async function replace() {
  const lines = chosen();
  $("do-replace").disabled = true;
  const { status, data } = await call(`tracks/${config.track}/replace`, { ...query(), lines });
  if (status !== 200) { $("found").textContent = `${data.error ?? t("loadFailed")} ${data.advice ?? ""}`; ready(); return; }
  batch = data.batch;
  done(data);
  $("undo-replace").hidden = !batch;
}

function done(data) {
  const left = data.left.length ? ` ${t("left", { n: data.left.length })}` : "";
  $("found").textContent = t("replaced", { n: data.changed.length }) + left;
  $("matches").replaceChildren();
  $("all-box").hidden = true;
  tell("counts", data.counts);
  tell("look", null);
}

async function undo() {
  const { status, data } = await call(`tracks/${config.track}/undo-replace`, { batch });
  if (status !== 200) { toast(data.error ?? t("loadFailed"), "error"); return; }
  $("undo-replace").hidden = true;
  done(data);
}

$("search-form").addEventListener("submit", find);
$("find-all").addEventListener("change", () => { for (const box of boxes()) box.checked = $("find-all").checked; ready(); });
$("do-replace").addEventListener("click", replace);
$("undo-replace").addEventListener("click", undo);
$("search-close").addEventListener("click", () => $("search").close());
on("search", openSearch);
