import { element } from "./dom.js";
import { texts } from "./texts.js";

const SHOWN_MS = 2000;

/** Put a button before a text that copies it. */
export function addCopyButton(text) {
  const button = element("button", { type: "button", className: "copy" }, texts.copy);
  button.setAttribute("aria-label", `${texts.copy}: ${text.getAttribute("aria-label")}`);
  button.addEventListener("click", async () => {
    await copy(text);
    button.textContent = texts.copied;
    setTimeout(() => (button.textContent = texts.copy), SHOWN_MS);
  });
  text.before(button);
}

// The clipboard is closed to pages that do not come by https; there the text is selected, to be copied by key.
async function copy(text) {
  getSelection().selectAllChildren(text);
  await navigator.clipboard?.writeText(text.textContent);
}
