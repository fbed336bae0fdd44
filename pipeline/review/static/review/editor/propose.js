// Asking the terminologists for the wording of a term, from the words that are marked.

import { call } from "./net.js";
import { currentRow, textField } from "./open.js";
import { $, config, t, toast } from "./page.js";

/** Open the question, with the marked words of source and target in it. */
export function openProposal() {
  const [row, field] = [currentRow(), textField()];
  if (!row || !config.may.propose) return;
  const marked = String(getSelection()).trim();
  $("propose-source").value = row.source.includes(marked) ? marked : "";
  $("propose-target").value = field ? field.value.slice(field.selectionStart, field.selectionEnd).trim() : "";
  Object.assign($("propose-source"), { lang: config.source.lang, dir: config.source.dir });
  Object.assign($("propose-target"), { lang: config.target.lang, dir: config.target.dir });
  $("propose-wrong").textContent = "";
  $("propose").showModal();
  ($("propose-source").value ? $("propose-target") : $("propose-source")).focus();
}

$("propose-cancel").addEventListener("click", () => $("propose").close());
$("propose-form").addEventListener("submit", async (event) => {
  event.preventDefault();
  const wanted = { source: $("propose-source").value, target: $("propose-target").value, note: $("propose-note").value };
  const { status, data } = await call(config.paths.propose, { ...wanted, language: config.target.code, line: currentRow().id });
  if (status !== 200) { $("propose-wrong").textContent = `${data.error ?? t("loadFailed")} ${data.advice ?? ""}`; return; }
  $("propose-note").value = "";
  $("propose").close();
  toast(t("proposed", { what: wanted.target }));
});
