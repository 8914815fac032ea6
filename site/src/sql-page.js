import { element, onWidth } from "./dom.js";
import { csvButton } from "./download.js";
import { once } from "./load.js";
import { exact } from "./numbers.js";
import { texts } from "./texts.js";

const SHOWN_ROWS = 1000;

/** Let the SQL page run queries; DuckDB is loaded at the first one. */
export function enableSql() {
  const [editor, button, result] = ["sql", "run", "result"].map((id) => document.getElementById(id));
  const open = once(loadDatabase);
  let isLoaded = false;
  const run = async () => {
    const sql = editor.value.trim();
    if (!sql) return say(result, texts.empty);
    button.disabled = true;
    say(result, isLoaded ? texts.running : texts.loading);
    try {
      const query = await open();
      isLoaded = true;
      const start = performance.now();
      const answer = await query(sql);
      showAnswer(result, answer, Math.round(performance.now() - start));
    } catch (error) {
      const reason = isLoaded ? error.message : `${texts.failed} ${error.message}`;
      result.replaceChildren(element("pre", { className: "error" }, reason));
    }
    button.disabled = false;
  };
  button.addEventListener("click", run);
  editor.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    if (!button.disabled) run();
  });
  fillExamples(editor);
  readAddress(editor);
  addEventListener("hashchange", () => readAddress(editor));
  button.disabled = false;
}

async function loadDatabase() {
  const { openDatabase } = await import("./database.js");
  const folder = document.querySelector("[data-data]").dataset.data;
  return openDatabase(new URL(folder, document.baseURI), new URL(".", import.meta.url));
}

const say = (result, text) => result.replaceChildren(element("p", { className: "status" }, text));

function fillExamples(editor) {
  const box = document.getElementById("examples");
  const examples = JSON.parse(document.getElementById("examples-data").textContent);
  const choose = () => {
    if (box.value !== "") editor.value = examples[Number(box.value)].sql;
  };
  box.addEventListener("change", choose);
  if (editor.value === editor.defaultValue) choose(); // the reader was faster than this script
}

// A link such as sql.html#q=FROM%20series brings a query along.
function readAddress(editor) {
  const query = new URLSearchParams(location.hash.slice(1)).get("q");
  if (query) editor.value = query;
}

function showAnswer(result, { columns, rows }, ms) {
  const view = element("div", { className: "result-view" });
  const showTable = () => view.replaceChildren(resultTable(columns, rows));
  const showChart = async (isWanted) => {
    const { drawResult } = await import("./charts.js");
    if (!isWanted()) return; // meanwhile, the reader went back to the table
    const box = element("div", { className: "plot" });
    view.replaceChildren(box);
    onWidth(box, (width) => box.replaceChildren(drawResult(columns, rows, width) ?? element("p", {}, texts.noChart)));
  };
  const buttons = [
    [texts.table, showTable],
    [texts.chart, showChart],
  ].map(([text, show]) => viewButton(text, show));
  buttons[0].setAttribute("aria-pressed", "true");
  const names = columns.map(({ name }) => name);
  const csv = csvButton(texts.resultTable, "result", () => [names, ...rows]);
  const count = element("span", { className: "status" }, texts.rows(rows.length, ms));
  const first = rows.length > SHOWN_ROWS ? element("p", {}, texts.firstRows(SHOWN_ROWS)) : null;
  showTable();
  result.replaceChildren(
    ...[element("div", { className: "controls" }, count, ...buttons, csv), first, view].filter(Boolean),
  );
}

function viewButton(text, show) {
  const button = element("button", { type: "button", aria: { pressed: "false" } }, text);
  button.addEventListener("click", () => {
    for (const other of button.parentElement.querySelectorAll("[aria-pressed]"))
      other.setAttribute("aria-pressed", String(other === button));
    show(() => button.getAttribute("aria-pressed") === "true");
  });
  return button;
}

function resultTable(columns, rows) {
  const isNumber = columns.map((_, index) => rows.some((row) => typeof row[index] === "number"));
  const cell = (value, index) => {
    const text = typeof value === "number" ? exact(value) : String(value ?? "");
    return element("td", { className: isNumber[index] ? "num" : "" }, text);
  };
  const head = element(
    "tr",
    {},
    ...columns.map(({ name }, index) => element("th", { scope: "col", className: isNumber[index] ? "num" : "" }, name)),
  );
  const body = rows.slice(0, SHOWN_ROWS).map((row) => element("tr", {}, ...row.map(cell)));
  const table = element("table", {}, element("thead", {}, head), element("tbody", {}, ...body));
  const box = element("div", { className: "scroll", tabIndex: 0, aria: { label: texts.resultTable } }, table);
  box.setAttribute("role", "region");
  return box;
}
