import * as Plot from "@observablehq/plot";
import { describe, STYLE, textWidth } from "./chart.js";
import { axisFormat, plain, signed } from "./numbers.js";

const ROW_PX = 26;
const WRAPPED_ROW_PX = 36;

/** Draw places by value, the largest first, each with its bounds; all of one year. */
export function drawRanking(data, width, note) {
  const rows = data.rows.map((row, index) => ({ ...row, index, label: signed(row, plain(row.value)) }));
  const longest = Math.max(...rows.map(({ name }) => textWidth(name)));
  const left = Math.min(longest + 12, Math.round(width * 0.36));
  const right = 16 + Math.max(...rows.map(({ label }) => textWidth(label)));
  const height = 40 + rows.length * (longest + 12 > left ? WRAPPED_ROW_PX : ROW_PX);
  const largest = Math.max(...rows.flatMap(({ value, upper }) => [value, upper ?? 0]), 1e-9);
  const ticks = Math.max(2, Math.floor((width - left - right) / 110));
  const format = axisFormat(largest);
  const say = ({ name, label, lower, upper }) =>
    `${name} · ${label} ${data.unit_label} · ${data.year}` +
    (lower != null && upper != null && lower !== upper ? ` · ${plain(lower)} – ${plain(upper)}` : "");
  const end = ({ value, upper }) => Math.max(value, upper ?? value);
  const isBetween = ({ lower, upper }) => lower != null && upper != null && lower !== upper;
  const isOpen = ({ lower, upper }) => lower != null && upper == null;
  const svg = Plot.plot({
    width,
    height,
    style: STYLE,
    ariaLabel: data.title,
    marginLeft: left,
    marginRight: right,
    marginTop: 34,
    marginBottom: 6,
    x: { domain: [0, largest], label: null },
    y: { type: "band", domain: rows.map(({ index }) => index), padding: 0.3, axis: null },
    marks: [
      Plot.gridX({ ticks, className: "grid" }),
      Plot.axisX({ anchor: "top", ticks, tickFormat: format, tickSize: 0, label: null }),
      Plot.text([`${data.unit_label}, ${data.year}`], {
        frameAnchor: "top-left",
        dx: -left,
        dy: -34,
        textAnchor: "start",
        lineAnchor: "top",
        className: "unit",
      }),
      Plot.barX(rows, { x1: 0, x2: "value", y: "index", className: "bar" }),
      Plot.link(rows.filter(isBetween), { x1: "lower", x2: "upper", y: "index", className: "bounds" }),
      Plot.vector(rows.filter(isOpen), {
        x: "value",
        y: "index",
        rotate: 90,
        shape: "arrow",
        length: 14,
        anchor: "start",
        r: 3,
        className: "open",
      }),
      Plot.text(rows, {
        text: "name",
        y: "index",
        frameAnchor: "left",
        dx: -8,
        textAnchor: "end",
        lineWidth: (left - 8) / 12,
        href: "href",
        ariaLabel: say,
        className: "name",
      }),
      Plot.text(
        rows.filter((row) => !isOpen(row)),
        { text: "label", x: end, y: "index", dx: 6, textAnchor: "start", className: "value" },
      ),
      Plot.text(rows.filter(isOpen), {
        text: "label",
        x: end,
        y: "index",
        dx: 20,
        textAnchor: "start",
        className: "value",
      }),
      Plot.ruleX([0], { className: "base" }),
    ],
  });
  return [describe(svg, note, data.title)];
}

/** The rows of the data of the chart, for a file. */
export function rankingRows({ rows, unit_label, year }) {
  const head = ["name", "year", "value", "lower", "upper", "qualifier", "unit"];
  return [
    head,
    ...rows.map((row) => [row.name, row.year ?? year, row.value, row.lower, row.upper, row.qualifier, unit_label]),
  ];
}
