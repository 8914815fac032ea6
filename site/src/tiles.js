import { ascending, greatest, quantileSorted } from "d3-array";
import { useArrowKeys } from "./chart.js";
import { element, makeSelect } from "./dom.js";
import { plain, short, signed } from "./numbers.js";
import { texts } from "./texts.js";

const CLASSES = 5;

/** Build the tile map of provinces: equal tiles, a measure and a year to choose, blank where nothing is known. */
export function buildTiles(data, plot, note) {
  let measure = data.measures[0];
  let year;
  const map = element("ul", { className: "tiles" });
  const scale = element("ul", { className: "tiles-scale" });
  const cellsOf = (year) => data.cells[measure.key]?.[year] ?? {};
  const count = (year) => Object.keys(cellsOf(year)).length;

  const draw = () => {
    const cells = cellsOf(year);
    const limits = thresholds(Object.values(cells).map(({ value }) => value));
    map.replaceChildren(
      ...data.tiles.toSorted(byPlace).map((tile) => drawTile(tile, cells[tile.region_id], limits, measure, year)),
    );
    useArrowKeys([...map.querySelectorAll("a")]);
    scale.replaceChildren(...drawScale(limits, Object.values(cells), measure));
    note.textContent = `${measure.label}, ${year}: ${texts.known(count(year), data.tiles.length)}`;
  };
  const years = makeSelect(texts.year, (chosen) => {
    year = Number(chosen);
    draw();
  });
  const measures = makeSelect(texts.measure, (chosen) => choose(chosen));
  const choose = (key) => {
    measure = data.measures.find((one) => one.key === key);
    if (!measure.years.includes(year)) year = greatest(measure.years, (a, b) => count(a) - count(b) || a - b);
    const options = measure.years.toSorted((a, b) => b - a);
    years.fill(
      options.map((one) => [one, `${one} (${count(one)})`]),
      year,
    );
    draw();
  };
  measures.fill(
    data.measures.map(({ key, label }) => [key, label]),
    measure.key,
  );
  choose(measure.key);
  plot.replaceChildren(element("div", { className: "controls" }, measures.node, years.node), map, scale);
  return () => rows(data, cellsOf(year), measure, year);
}

const byPlace = (a, b) => a.row - b.row || a.column - b.column;

function drawTile({ name, short: letters, row, column, href }, cell, limits, measure, year) {
  const target = cell?.href ?? href;
  const title = `${name}: ${cell ? `${cell.text ?? plain(cell.value)} ${measure.unit_label}, ${year}` : texts.unknown}`;
  const value = cell ? signed(cell, short(cell.value)).replace(" ", "") : "";
  const tile = element(
    target ? "a" : "span",
    {
      className: `tile ${cell ? `shade-${shadeOf(cell.value, limits)}` : "blank"}`,
      title,
      ...(target && { href: target }),
    },
    element("span", { className: "tile-name" }, letters),
    " ",
    cell ? element("span", { className: "tile-value" }, value) : null,
  );
  if (target) tile.setAttribute("aria-label", `${letters} ${value} ${title}`);
  const item = element("li", {}, tile);
  item.style.gridArea = `${row + 1} / ${column + 1}`;
  return item;
}

/** Split values into at most five classes of about equal size, at limits of two digits. */
function thresholds(values) {
  const sorted = values.toSorted(ascending);
  const classes = Math.min(CLASSES, new Set(sorted).size);
  const limits = Array.from({ length: Math.max(0, classes - 1) }, (_, index) =>
    quantileSorted(sorted, (index + 1) / classes),
  );
  const rounded = limits.map((limit) => Number(limit.toPrecision(2)));
  return [...new Set(rounded)].filter((limit) => limit > sorted[0] && limit <= sorted.at(-1));
}

const shadeOf = (value, limits) => limits.filter((limit) => value >= limit).length + (CLASSES - 1 - limits.length);

function drawScale(limits, cells, { unit_label }) {
  const values = cells.map(({ value }) => value).toSorted(ascending);
  if (!values.length) return [];
  const edges = [values[0], ...limits];
  const items = edges.map((edge, index) => {
    const next = edges[index + 1];
    const range = next == null ? `${plain(edge)} – ${plain(values.at(-1))}` : `${plain(edge)} – <${plain(next)}`;
    return scaleItem(`shade-${shadeOf(edge, limits)}`, values.length === 1 ? plain(edge) : range);
  });
  return [element("li", {}, unit_label), ...items, scaleItem("blank", texts.unknown)];
}

const scaleItem = (shade, text) => element("li", {}, element("span", { className: `swatch ${shade}` }), text);

function rows({ tiles }, cells, measure, year) {
  const head = ["region_id", "name", "measure", "unit", "year", "value", "lower", "upper", "qualifier"];
  const body = tiles
    .filter(({ region_id }) => cells[region_id])
    .map(({ region_id, name }) => {
      const { value, lower, upper, qualifier } = cells[region_id];
      return [region_id, name, measure.label, measure.unit_label, year, value, lower, upper, qualifier];
    });
  return [head, ...body];
}
