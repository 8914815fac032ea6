import { element } from "./dom.js";
import { texts } from "./texts.js";

const SHOWN_MS = 2000;

/** Put a button before a text that copies it. */
export function addCopyButton(text) {
  const button = element("button", { type: "button", className: "copy" }, texts.copy);
  button.setAttribute("aria-label", `${texts.copy}: ${text.getAttribute("aria-label")}`);
  let timer;
  button.addEventListener("click", async () => {
    button.textContent = (await copy(text)) ? texts.copied : texts.selected;
    clearTimeout(timer);
    timer = setTimeout(() => (button.textContent = texts.copy), SHOWN_MS);
  });
  text.before(button);
}

// The clipboard is closed to pages that do not come by https, and to others where the reader says so.
async function copy(text) {
  getSelection().selectAllChildren(text);
  try {
    await navigator.clipboard.writeText(text.textContent);
    return true;
  } catch {
    return false;
  }
}
