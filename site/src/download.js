import { element } from "./dom.js";
import { texts } from "./texts.js";

/** Write rows as CSV; cells are quoted where they must be. */
export const toCsv = (rows) => rows.map((row) => `${row.map(cell).join(",")}\n`).join("");

function cell(value) {
  const text = String(value ?? "");
  return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** Make a button that saves the rows that `getRows` returns as a CSV file. */
export function csvButton(title, fileName, getRows) {
  const button = element(
    "button",
    { type: "button", className: "csv", aria: { label: texts.csvOf(title) } },
    texts.csv,
  );
  button.addEventListener("click", () => save(toCsv(getRows()), fileName));
  return button;
}

function save(csv, fileName) {
  const address = URL.createObjectURL(new Blob(["\ufeff", csv], { type: "text/csv" }));
  element("a", { href: address, download: `${fileName}.csv` }).click();
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}
