// Sends chosen files in pieces, goes on after a lost connection, and fills the form's list of ids.

const form = document.getElementById("hand-in");
const list = document.getElementById("sent");
const send = document.getElementById("send");
const words = JSON.parse(document.getElementById("texts").textContent);
const token = form.querySelector("[name=csrfmiddlewaretoken]").value;
const sent = new Map(); // row -> id of a finished upload, null while it is on its way

const pause = (ms) => new Promise((done) => setTimeout(done, ms));

async function ask(address, options = {}) {
  const headers = { "X-CSRFToken": token, Accept: "application/json", ...options.headers };
  const answer = await fetch(address, { ...options, headers, credentials: "same-origin" });
  const told = await answer.json();
  if (answer.ok) return told;
  throw Object.assign(new Error(`${told.error} ${told.advice ?? ""}`.trim()), { status: answer.status });
}

function row(name) {
  const item = document.createElement("li");
  const title = document.createElement("bdi");
  title.textContent = name;
  const bar = document.createElement("progress");
  bar.max = 1;
  bar.value = 0;
  bar.setAttribute("aria-label", name);
  const note = document.createElement("span");
  note.className = "hint";
  note.textContent = words.waiting;
  const drop = document.createElement("button");
  drop.type = "button";
  drop.className = "small";
  drop.textContent = words.drop;
  drop.setAttribute("aria-label", `${words.drop}: ${name}`);
  item.append(title, bar, note, drop);
  list.append(item);
  return { item, bar, note, drop };
}

function settle() {
  const ids = [...sent.values()];
  form.elements.uploads.value = ids.filter(Boolean).join(" ");
  send.disabled = ids.includes(null);
}

async function pieces(file, state, shown, stopped) {
  const address = `${form.dataset.uploads}${state.id}/`;
  for (let wait = 1000; !state.finished && !stopped(); ) {
    const body = file.slice(state.received, state.received + state.piece);
    const headers = { "Upload-Offset": String(state.received), "Content-Type": "application/octet-stream" };
    try {
      state = await ask(address, { method: "PUT", body, headers });
      wait = 1000;
      shown.note.textContent = `${Math.floor((100 * state.received) / state.size)} %`;
    } catch (error) {
      if (error.status && error.status !== 409 && error.status < 500) throw error;
      if (error.status !== 409) shown.note.textContent = words.lost;
      await pause(error.status === 409 ? 0 : wait);
      wait = Math.min(2 * wait, 30000);
      // Where does it stand? The answer to a piece may have been lost, not the piece.
      state = await ask(address).catch(() => state);
    }
    shown.bar.value = state.received / state.size;
  }
  return state;
}

async function take(file) {
  const shown = row(file.name);
  let gone = false;
  let id = null;
  sent.set(shown.item, null);
  settle();
  shown.drop.addEventListener("click", () => {
    gone = true;
    sent.delete(shown.item);
    shown.item.remove();
    settle();
    if (id) ask(`${form.dataset.uploads}${id}/`, { method: "DELETE" }).catch(() => {});
  });
  try {
    const body = JSON.stringify({ name: file.name, size: file.size });
    const state = await ask(form.dataset.uploads, { method: "POST", body });
    id = state.id;
    await pieces(file, state, shown, () => gone);
    if (gone) return;
    sent.set(shown.item, id);
    shown.bar.value = 1;
    shown.note.textContent = words.done;
  } catch (error) {
    if (gone) return;
    sent.delete(shown.item);
    shown.note.className = "error";
    shown.note.textContent = words.failed + error.message;
  }
  settle();
}

const picker = document.getElementById("files");
async function takeChosen() {
  const files = [...picker.files];
  picker.value = "";
  const title = form.elements.title;
  if (!title.value && files.length === 1) title.value = files[0].name.replace(/\.[^.]+$/, "");
  for (const file of files) await take(file);
}
picker.addEventListener("change", takeChosen);
if (picker.files.length) takeChosen(); // chosen before this script was there

document.getElementById("all-targets").addEventListener("click", () => {
  const boxes = [...form.querySelectorAll("[name=targets]")];
  const all = boxes.every((box) => box.checked);
  for (const box of boxes) box.checked = !all;
});

addEventListener("beforeunload", (event) => {
  if ([...sent.values()].includes(null)) {
    event.preventDefault();
    event.returnValue = words.leave;
  }
});

// Files that were sent before the form came back with an error are still here.
for (const id of form.elements.uploads.value.split(" ").filter(Boolean)) {
  ask(`${form.dataset.uploads}${id}/`)
    .then((state) => {
      const shown = row(state.name);
      shown.bar.value = 1;
      shown.note.textContent = words.done;
      sent.set(shown.item, id);
      shown.drop.addEventListener("click", () => {
        sent.delete(shown.item);
        shown.item.remove();
        settle();
        ask(`${form.dataset.uploads}${id}/`, { method: "DELETE" }).catch(() => {});
      });
      settle();
    })
    .catch(() => {});
}
