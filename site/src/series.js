import * as Plot from "@observablehq/plot";
import { group } from "d3-array";
import { describe, STYLE, textWidth, withoutOverlap } from "./chart.js";
import { element } from "./dom.js";
import { axisFormat, plain, signed, worded } from "./numbers.js";
import { texts } from "./texts.js";
import { yearLines } from "./year-lines.js";

const HALF_YEAR_MS = 365.25 * 12 * 3600 * 1000;
const HEADROOM = 1.12; // the height of the axis over the largest figure, for the figure's own text
const BOTTOM_PX = 26;
const MARK_PX = 11; // bounds within the mark of their figure are not drawn
const MARKER_PX = 17; // room of a policy's number

/** Draw a metric over time: the best figure of each year with its bounds, other figures, policies. */
export function drawSeries(data, width, note) {
  const labels = { ...texts, ...data.labels };
  const frame = measure(data, width);
  const svg = Plot.plot({
    width,
    height: frame.height,
    style: STYLE,
    ariaLabel: data.title,
    marginLeft: frame.left,
    marginRight: frame.right,
    marginTop: frame.top,
    marginBottom: BOTTOM_PX,
    x: { type: "utc", domain: frame.domain, label: null },
    y: { domain: [frame.least * HEADROOM, frame.largest * HEADROOM], label: null },
    marks: [
      ...axes(data, frame),
      ...policies(frame),
      ...(data.kind === "flow" ? bars(frame) : yearLines(frame.best)),
      ...bounds(frame),
      ...figures(frame, data, labels),
    ],
  });
  return [describe(svg, note, data.title), legend(frame, labels)];
}

/** The rows of the data of the chart, for a file. */
export function seriesRows({ best, points, unit }) {
  const head = ["year", "date", "value", "lower", "upper", "qualifier", "unit", "publisher", "best"];
  const rows = [...best.map((row) => ({ ...row, best: true })), ...points.filter((point) => !point.best)];
  return [head, ...rows.map((row) => head.map((key) => (key === "unit" ? unit : row[key])))];
}

function measure(data, width) {
  const flow = data.kind === "flow";
  const place = (row) => ({ ...row, x: flow ? middle(row.year) : row.date ? new Date(row.date) : middle(row.year) });
  const best = data.best.map(place);
  const others = data.points.filter((point) => !point.best).map(place);
  const all = [...best, ...others];
  const marks = (data.policies ?? []).map((policy, index) => ({
    ...policy,
    number: index + 1,
    x: new Date(policy.date),
  }));
  const years = [...all, ...marks].map(({ x }) => x.getUTCFullYear());
  const domain = [start(Math.min(...years)), start(Math.max(...years) + 1)];
  const largest = Math.max(...all.flatMap(({ value, upper }) => [value, upper ?? 0])) || 1;
  const least = Math.min(0, ...all.flatMap(({ value, lower }) => [value, lower ?? 0]));
  const format = axisFormat(largest);
  const left = Math.max(28, 12 + textWidth(format(largest)), 12 + textWidth(format(largest / 4)));
  const right = 24;
  const scale = (x) => left + ((x - domain[0]) / (domain[1] - domain[0])) * (width - left - right);
  const levels = stack(marks, scale);
  const height = Math.round(Math.max(240, Math.min(360, width * 0.5))) + levels * MARKER_PX;
  const top = 30 + levels * MARKER_PX;
  const pxPerUnit = (height - top - BOTTOM_PX) / ((largest - least) * HEADROOM);
  const bounded = all.filter(
    ({ lower, upper }) => lower != null && upper != null && (upper - lower) * pxPerUnit > MARK_PX,
  );
  return {
    best,
    others,
    all,
    bounded,
    marks,
    domain,
    least,
    largest,
    format,
    left,
    right,
    top,
    height,
    width,
    scale,
    flow,
  };
}

const start = (year) => new Date(Date.UTC(year, 0, 1));
const middle = (year) => new Date(start(year).getTime() + HALF_YEAR_MS);

// Put the numbers of policies that are close to each other above each other.
function stack(marks, scale) {
  const ends = [];
  for (const mark of marks) {
    const x = scale(mark.x);
    let level = ends.findIndex((end) => end < x - MARKER_PX);
    if (level < 0) level = ends.push(0) - 1;
    ends[level] = x;
    mark.level = level;
  }
  return ends.length;
}

function axes(data, { domain, format, width, left, right, height, top }) {
  const [first, last] = domain.map((date) => date.getUTCFullYear());
  const step = [1, 2, 5, 10, 20].find((size) => ((width - left - right) / (last - first)) * size >= 40) ?? 50;
  const years = Array.from({ length: last - first }, (_, index) => first + index);
  return [
    Plot.gridY({ ticks: ticksOf(height - top), className: "grid" }),
    Plot.axisY({ ticks: ticksOf(height - top), tickFormat: format, tickSize: 0, label: null }),
    Plot.text([data.unit_label], {
      frameAnchor: "top-left",
      dx: -left,
      dy: -top,
      textAnchor: "start",
      lineAnchor: "top",
      className: "unit",
    }),
    Plot.axisX([...years, last].map(start), { tickSize: 4, tickFormat: () => "", label: null }),
    Plot.axisX(years.filter((year) => year % step === 0).map(middle), {
      tickSize: 0,
      tickPadding: 7,
      label: null,
      tickFormat: (date) => String(date.getUTCFullYear()),
    }),
    Plot.ruleY([0], { className: "base" }),
  ];
}

const ticksOf = (height) => Math.max(3, Math.round(height / 55));

function policies({ marks }) {
  const dy = ({ level }) => -8 - level * MARKER_PX;
  const byLevel = group(marks, ({ level }) => level);
  const rules = Plot.ruleX(marks, { x: "x", className: "policy" });
  const numbers = [...byLevel.values()].map((rows) =>
    Plot.text(rows, {
      x: "x",
      text: ({ number }) => String(number),
      frameAnchor: "top",
      dy: dy(rows[0]),
      href: "href",
      className: "policy-number",
      ariaLabel: ({ date, title, number }) => `${number}. ${date} ${title}`,
    }),
  );
  return [rules, ...numbers];
}

function bars({ best }) {
  const side = (year, part) => new Date(start(year).getTime() + 2 * HALF_YEAR_MS * part);
  return [
    Plot.rectY(best, {
      x1: ({ year }) => side(year, 0.18),
      x2: ({ year }) => side(year, 0.82),
      y1: 0,
      y2: "value",
      className: "bar",
    }),
  ];
}

/** Two bounds are a bar from one to the other; one is an arrow away from the figure. */
function bounds({ all, bounded }) {
  const open = { shape: "arrow", length: 20, anchor: "start", r: 3 };
  return [
    Plot.link(bounded, { x: "x", y1: "lower", y2: "upper", marker: "tick", className: "bounds" }),
    Plot.vector(all.filter(isOpenAbove), { x: "x", y: "value", rotate: 0, ...open, className: "open" }),
    Plot.vector(all.filter(isOpenBelow), { x: "x", y: "value", rotate: 180, ...open, className: "open" }),
  ];
}

const isOpenAbove = ({ lower, upper }) => lower != null && upper == null;
const isOpenBelow = ({ lower, upper, qualifier }) => lower == null && (upper != null || qualifier === "at_most");

function figures(frame, data, labels) {
  const { best, others, flow } = frame;
  const options = { x: "x", y: "value", href: "href", ariaLabel: (row) => say(row, data, labels) };
  const isClear = ({ doubt }) => !doubt;
  const kind = ({ inferred }) => (inferred ? "hollow" : "full");
  const dots = (rows, className, r) =>
    [...group(rows, kind)].map(([fill, members]) =>
      Plot.dot(members, { ...options, r, className: `${className} ${fill}` }),
    );
  return [
    ...dots(others.filter(isClear), "other", 3.5),
    Plot.dot(
      others.filter(({ doubt }) => doubt),
      { ...options, symbol: "times", r: 4.5, className: "doubt" },
    ),
    ...dots(best, flow ? "best flow" : "best", 4.5),
    ...values(frame),
  ];
}

/** Write the best figures beside their marks where there is room, the last and the first before the others. */
function values({ best, others, marks, scale, flow, top }) {
  const label = (row) => signed(row, worded(row.value));
  const rows = [...new Set([best.at(-1), best[0], ...best.slice(1, -1).reverse()])];
  const taken = [];
  const takeMarks = (y) => {
    if (taken.length) return taken;
    taken.push(...[...best, ...others].map((row) => boxAround(scale(row.x), y(row.value), 5)));
    taken.push(...marks.map(({ x, level }) => boxAround(scale(x), top - 8 - level * MARKER_PX, 9)));
    return taken;
  };
  const falls = (row) => best[best.indexOf(row) - 1]?.value > row.value;
  const beside = [
    [rows.filter((row) => !falls(row)), { dx: -7, dy: -9, textAnchor: "end" }],
    [rows.filter(falls), { dx: 7, dy: -9, textAnchor: "start" }],
  ];
  const sides = flow ? [[rows, { dx: 0, dy: -14, textAnchor: "middle" }]] : beside;
  return sides.map(([side, place]) =>
    Plot.text(side, {
      x: "x",
      y: "value",
      text: label,
      className: "value",
      ...place,
      render: withoutOverlap(side.map(label), place, takeMarks),
    }),
  );
}

const boxAround = (x, y, r) => ({ left: x - r, right: x + r, top: y - r, bottom: y + r });

function say(row, { unit_label, kind }, labels) {
  const value = `${signed(row, plain(row.value))} ${unit_label}`;
  const isBetween = row.lower != null && row.upper != null && row.lower !== row.upper;
  const parts = [
    (kind !== "flow" && row.date) || String(row.year),
    value,
    isBetween && labels.between(plain(row.lower), plain(row.upper)),
    row.publisher,
    row.inferred && labels.inferred,
    row.doubt,
    row.access && labels[`access_${row.access}`],
  ];
  return parts.filter(Boolean).join(" · ");
}

/** List the signs that this chart contains. */
function legend({ best, others, all, bounded, marks, flow }, labels) {
  const has = (rows, test) => rows.some(test);
  const gap = has(best, (row, index) => index > 0 && row.year - best[index - 1].year > 1);
  const signs = [
    ["best", best.length > 0],
    ["source", has(others, ({ doubt }) => !doubt)],
    ["bounds", bounded.length > 0],
    ["at_least", has(all, isOpenAbove)],
    ["at_most", has(all, isOpenBelow)],
    ["about", has(all, ({ qualifier }) => qualifier === "about")],
    ["inferred", has(all, ({ inferred }) => inferred)],
    ["doubt", has(others, ({ doubt }) => doubt)],
    ["gap", gap && !flow],
    ["policy", marks.length > 0],
  ];
  const items = signs
    .filter(([, shown]) => shown)
    .map(([sign]) =>
      element(
        "li",
        {},
        element("span", { className: `sign sign-${sign}${flow && sign === "best" ? "-bar" : ""}` }),
        labels[sign],
      ),
    );
  return element("ul", { className: "chart-legend" }, ...items);
}
