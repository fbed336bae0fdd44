// A button with data-copy="ID" copies the value of the field ID; without this script the field
// can be selected by hand.
for (const button of document.querySelectorAll("[data-copy]")) {
  const field = document.getElementById(button.dataset.copy);
  button.hidden = !navigator.clipboard;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(field.value);
    document.getElementById("copied").textContent = field.dataset.copied;
  });
  field.addEventListener("focus", () => field.select());
}
