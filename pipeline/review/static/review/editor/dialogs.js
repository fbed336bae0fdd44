// The page's questions: a reason with a note, and which of two texts shall be.

import { shown } from "./diff.js";
import { kept } from "./keep.js";
import { $, config, el, on, t } from "./page.js";
import { solve } from "./saving.js";

/** Ask for a choice and a note; returns {choice, text}, or null when the person thinks better. */
export function ask({ title, about = "", choices = [], need = false }) {
  $("ask-title").textContent = title;
  const lines = choices.map(([value, label], n) => el("label", { class: "check" },
    el("input", { type: "radio", name: "ask-choice", value, checked: n === 0 }), el("kbd", {}, String(n + 1)), " ", label));
  $("ask-choices").replaceChildren(...(about ? [el("p", { class: "quiet", dir: "auto" }, about)] : []), ...lines);
  $("ask-text").value = "";
  $("ask-text").required = need;
  const dialog = $("ask");
  dialog.returnValue = "";
  dialog.showModal();
  (choices.length ? $("ask-choices").querySelector("input") : $("ask-text")).focus();
  return new Promise((give) => {
    dialog.addEventListener("close", () => {
      const choice = document.querySelector("input[name=ask-choice]:checked")?.value ?? "";
      give(dialog.returnValue === "ok" ? { choice, text: $("ask-text").value.trim() } : null);
    }, { once: true });
  });
}

$("ask-cancel").addEventListener("click", () => $("ask").close(""));
$("ask").addEventListener("keydown", (event) => {
  const radios = [...document.querySelectorAll("input[name=ask-choice]")];
  if (event.key === "Enter" && (event.target.type === "radio" || event.ctrlKey)) {
    event.preventDefault();
    if ($("ask-form").reportValidity()) $("ask").close("ok");
  }
  const digit = /^Digit([1-9])$/.exec(event.code);
  if (digit && event.target.type === "radio" && radios[digit[1] - 1]) { radios[digit[1] - 1].checked = true; radios[digit[1] - 1].focus(); }
});

const queue = [];
let current = null;

function showConflict() {
  if (current || !queue.length) return;
  current = queue.shift();
  const { line, row } = current;
  const yours = kept(line)?.text ?? "";
  $("conflict-title").textContent = `${t("conflict", { who: row.by })} · ${t("line", { n: row.n })}`;
  const lang = { lang: config.target.lang, dir: config.target.dir };
  for (const id of ["conflict-theirs", "conflict-yours", "conflict-text"]) Object.assign($(id), lang);
  $("conflict-theirs").replaceChildren(...shown(yours, row.text, "new"));
  $("conflict-yours").replaceChildren(...shown(row.text, yours, "new"));
  $("conflict-text").value = yours;
  $("conflict").showModal();
  // Who is typing goes on typing: no key that was meant for the text may choose.
  $("conflict-text").focus();
  $("conflict-text").setSelectionRange(yours.length, yours.length);
}

function close(text) {
  const { line, row } = current;
  current = null;
  $("conflict").close();
  solve(line, text, row);
  showConflict();
}

$("keep-theirs").addEventListener("click", () => close(null));
$("keep-yours").addEventListener("click", () => close(kept(current.line)?.text ?? null));
$("keep-combined").addEventListener("click", () => close($("conflict-text").value));
$("conflict").addEventListener("cancel", (event) => event.preventDefault()); // one of the two must be chosen
on("conflict", (found) => {
  if (!kept(found.line)) return;
  queue.push(found);
  showConflict();
});
