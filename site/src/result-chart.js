import * as Plot from "@observablehq/plot";
import { describe, STYLE, textWidth } from "./chart.js";
import { axisFormat, exact } from "./numbers.js";
import { yearLines } from "./year-lines.js";

const MOST_BARS = 40;
const MARGIN_PX = 12;

/** Draw the first column of numbers over years or dates as dots and lines, over names as bars; null if neither fits. */
export function drawResult(columns, rows, width) {
  const isNumber = (index) => rows.some((row) => typeof row[index] === "number");
  const indexes = columns.map((_, index) => index);
  const time = indexes.find((index) => columns[index].name === "year" || columns[index].type.startsWith("Date"));
  const value = indexes.find((index) => index !== time && isNumber(index));
  const names = indexes.filter((index) => index !== time && !isNumber(index));
  if (value == null || (time == null && !names.length)) return null;
  const known = rows.filter((row) => row[value] != null);
  const title = columns[value].name;
  return time == null
    ? drawBars(known.slice(0, MOST_BARS), { name: names[0], value, title }, width)
    : drawPoints(
        known.filter((row) => row[time] != null),
        { time, value, names, title, isYear: columns[time].name === "year" },
        width,
      );
}

function drawPoints(rows, { time, value, names, title, isYear }, width) {
  const largest = Math.max(0, ...rows.map((row) => row[value]));
  const format = axisFormat(largest);
  const figures = rows
    .map((row) => ({
      x: isYear ? Number(row[time]) : new Date(row[time]),
      year: Number(String(row[time]).slice(0, 4)),
      value: row[value],
      name: names.map((index) => row[index]).join(" "),
      time: row[time],
    }))
    .sort((a, b) => a.x - b.x);
  const isOneLine = new Set(figures.map(({ x }) => Number(x))).size === figures.length;
  const svg = Plot.plot({
    width,
    height: Math.round(Math.min(360, Math.max(240, width / 2))),
    style: STYLE,
    ariaLabel: title,
    marginLeft: MARGIN_PX + textWidth(format(largest)),
    marginTop: 30,
    marginBottom: 30,
    marginRight: 20,
    x: { type: isYear ? "linear" : "utc", tickFormat: isYear ? String : undefined, ticks: width / 70, label: null },
    y: { zero: true, nice: true, grid: true, tickFormat: format, label: title },
    marks: [
      ...(isOneLine ? yearLines(figures) : []),
      Plot.dot(figures, {
        x: "x",
        y: "value",
        r: 4,
        className: "best full",
        title: ({ time, value, name }) => `${time} · ${exact(value)} · ${name}`,
      }),
      Plot.ruleY([0], { className: "base" }),
    ],
  });
  return describe(svg, null, title);
}

function drawBars(rows, { name, value, title }, width) {
  const largest = Math.max(0, ...rows.map((row) => row[value]));
  const x = (row) => row[value];
  const text = (row) => String(row[name] ?? "");
  const left = Math.min(MARGIN_PX + Math.max(...rows.map((row) => textWidth(text(row)))), width * 0.4);
  const right = MARGIN_PX + Math.max(...rows.map((row) => textWidth(exact(row[value]))));
  const svg = Plot.plot({
    width,
    height: 50 + rows.length * 24,
    style: STYLE,
    ariaLabel: title,
    marginLeft: left,
    marginRight: right,
    marginTop: 40,
    x: { axis: "top", zero: true, grid: true, tickFormat: axisFormat(largest), ticks: width / 120, label: title },
    y: { type: "band", domain: rows.map((_, index) => index), padding: 0.3, axis: null },
    marks: [
      Plot.barX(rows, { x, y: (_, index) => index, className: "bar" }),
      Plot.text(rows, {
        y: (_, index) => index,
        text,
        frameAnchor: "left",
        dx: -6,
        textAnchor: "end",
        lineWidth: left / 12,
        textOverflow: "ellipsis",
      }),
      Plot.text(rows, { x, y: (_, index) => index, text: (row) => exact(row[value]), dx: 5, textAnchor: "start" }),
      Plot.ruleX([0], { className: "base" }),
    ],
  });
  return describe(svg, null, title);
}
