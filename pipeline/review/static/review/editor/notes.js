// Comments and history of the open line.

import { shown } from "./diff.js";
import { rows, state } from "./lines.js";
import { call } from "./net.js";
import { currentRow, replaceAll, save } from "./open.js";
import { $, button, config, el, on, onlySource, t, tell, toast } from "./page.js";

const when = new Intl.DateTimeFormat(config.interface, { dateStyle: "medium", timeStyle: "short" });
let people = null;
let called = new Map();
const PATH = onlySource ? "sentences" : "lines";
const TABS = onlySource ? ["history"] : ["comments", "history"];
let [tab] = TABS;

async function loadComments(row) {
  const { status, data } = await call(`lines/${row.id}/comments`);
  if (status !== 200 || row.id !== state.current) return;
  drawComments(data.comments);
  if (data.comments.some((one) => one.called.includes(config.person.name))) call(`lines/${row.id}/seen`, {});
}

function drawComments(comments) {
  const made = comments.map((one) => el("article", { class: `remark${one.settled ? " settled" : ""}` },
    el("p", { class: "hint" }, el("bdi", { class: "by" }, one.by), ` · ${when.format(new Date(one.at))}`),
    el("p", { class: "words", dir: "auto" }, ...marked(one)),
    el("p", { class: "hint" }, one.settled ? `${t("settledBy", { who: one.settled })} ` : "",
      config.may.comment ? button(one.settled ? t("reopen") : t("settle"), { class: "plain small" }, () => settle(one)) : null)));
  $("comments").replaceChildren(...(made.length ? made : [el("p", { class: "quiet hint" }, t("noComments"))]));
  $("comment-count").textContent = comments.filter((one) => !one.settled).length || "";
}

function marked(comment) {
  const names = comment.called.map((name) => `@${name}`);
  if (!names.length) return [comment.text];
  const found = [];
  let rest = comment.text;
  while (rest) {
    const next = names.map((name) => [rest.indexOf(name), name]).filter(([at]) => at >= 0).sort((a, b) => a[0] - b[0])[0];
    if (!next) break;
    found.push(rest.slice(0, next[0]), el("b", {}, next[1]));
    rest = rest.slice(next[0] + next[1].length);
  }
  return [...found, rest];
}

function counted(comments) {
  drawComments(comments);
  const row = currentRow();
  if (row) tell("row", { ...row, comments: comments.length, open: comments.filter((one) => !one.settled).length });
}

async function settle(comment) {
  const { status, data } = await call(`comments/${comment.id}/settle`, { settled: !comment.settled });
  if (status === 200) counted(data.comments); else toast(data.error ?? t("failed"), "error");
}

async function say(event) {
  event?.preventDefault();
  const [row, text] = [currentRow(), $("say-text").value];
  if (!row || !text.trim()) return;
  const send = $("say").querySelector("button");
  if (send.disabled) return; // it is on its way: once is enough
  const meant = [...called].filter(([name]) => text.includes(`@${name}`)).map(([, id]) => id);
  send.disabled = true;
  const { status, data } = await call(`lines/${row.id}/say`, { text, people: meant });
  send.disabled = false;
  if (status !== 200) { toast(data.error ?? t("failed", { what: "" }), "error"); return; }
  $("say-text").value = "";
  called = new Map();
  counted(data.comments);
}

async function offer() {
  const field = $("say-text");
  const found = /@([^\s@][^@]{0,30})?$/u.exec(field.value.slice(0, field.selectionStart));
  const list = $("callable");
  if (!found) { hide(); return; }
  people ??= (await call(`tracks/${config.track}/people`)).data.people ?? [];
  const typed = (found[1] ?? "").toLocaleLowerCase();
  const fits = people.filter((one) => one.id !== config.person.id && one.name.toLocaleLowerCase().startsWith(typed)).slice(0, 6);
  list.replaceChildren(...fits.map((one, n) => el("li", { role: "option", id: `call-${one.id}`, aria: { selected: String(n === 0) }, data: { id: one.id, name: one.name } }, one.name)));
  list.hidden = fits.length === 0;
  if (fits.length) field.setAttribute("aria-activedescendant", `call-${fits[0].id}`);
}

function hide() {
  $("callable").hidden = true;
  $("say-text").removeAttribute("aria-activedescendant");
}

function take(option) {
  const field = $("say-text");
  const before = field.value.slice(0, field.selectionStart).replace(/@[^@]*$/u, `@${option.dataset.name} `);
  field.value = before + field.value.slice(field.selectionStart);
  field.setSelectionRange(before.length, before.length);
  called.set(option.dataset.name, Number(option.dataset.id));
  hide();
}

function choose(event) {
  const list = $("callable");
  if (event.key === "Enter" && event.ctrlKey) { event.preventDefault(); event.stopPropagation(); say(); return; }
  if (list.hidden) return;
  const options = [...list.children];
  const at = options.findIndex((one) => one.getAttribute("aria-selected") === "true");
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step) {
    const next = options[(at + step + options.length) % options.length];
    options[at].setAttribute("aria-selected", "false");
    next.setAttribute("aria-selected", "true");
    event.target.setAttribute("aria-activedescendant", next.id);
  } else if (event.key === "Enter" || event.key === "Tab") take(options[at]);
  else if (event.key === "Escape") hide();
  else return;
  event.preventDefault();
  event.stopPropagation();
}

async function loadHistory(row) {
  const { status, data } = await call(`${PATH}/${row.id}/history`);
  if (status !== 200 || row.id !== state.current) return;
  const { texts, sources } = data;
  const lang = { lang: config.target.lang, dir: config.target.dir };
  const made = texts.map((one, n) => el("article", { class: "remark" },
    el("p", { class: "hint" }, el("bdi", { class: "by" }, one.by), ` · ${one.origin} · ${when.format(new Date(one.at))}`),
    el("p", { class: "diff", ...lang }, ...(texts[n + 1] ? shown(texts[n + 1].text, one.text) : [one.text])),
    n && config.may.edit && one.text && one.text !== row.text ? el("p", {}, button(t("restore"), {}, () => { replaceAll(one.text); save("restore"); })) : null));
  if (sources.length > 1) {
    made.push(el("h3", {}, t("sourceTexts")), ...sources.map((one, n) => el("p", { class: "diff", lang: config.source.lang, dir: config.source.dir },
      ...(sources[n + 1] ? shown(sources[n + 1].text, one.text) : [one.text]))));
  }
  $("panel-history").replaceChildren(...(texts.length ? made : [el("p", { class: "quiet hint" }, t("noHistory"))]));
}

/** Show a tab: "comments" or "history". */
export function showTab(name, focus = false) {
  tab = name;
  for (const one of TABS) {
    $(`tab-${one}`).setAttribute("aria-selected", String(one === name));
    $(`tab-${one}`).tabIndex = one === name ? 0 : -1;
    $(`panel-${one}`).hidden = one !== name;
  }
  load();
  if (focus) (name === "comments" ? $("say-text") : $("panel-history")).focus();
}

function load() {
  const row = currentRow();
  if (!row) return;
  if (tab === "comments") { if (row.comments) loadComments(row); else drawComments([]); } else loadHistory(row);
}

for (const name of TABS) {
  $(`tab-${name}`).addEventListener("click", () => showTab(name));
  $(`tab-${name}`).addEventListener("keydown", (event) => {
    if (TABS.length < 2 || (event.key !== "ArrowLeft" && event.key !== "ArrowRight")) return;
    const other = name === "comments" ? "history" : "comments";
    showTab(other);
    $(`tab-${other}`).focus();
  });
}
function listenToComments() {
  $("say").hidden = !config.may.comment;
  $("say").addEventListener("submit", say);
  $("say-text").addEventListener("input", offer);
  $("say-text").addEventListener("keydown", choose);
  $("callable").addEventListener("pointerdown", (event) => {
    event.preventDefault();
    const option = event.target.closest("li");
    if (option) take(option);
  });
}

if (!onlySource) listenToComments();
on("opened", load);
on("arrived", ({ line }) => { if (line === state.current && tab === "history") load(); });
on("current-changed", ({ row, old }) => { if (old && row.comments !== old.comments && rows.has(row.id)) load(); });
