import * as Plot from "@observablehq/plot";
import { group } from "d3-array";
import { describe, STYLE, textWidth } from "./chart.js";
import { element, makeSelect } from "./dom.js";
import { texts } from "./texts.js";

const MIN_BAND_PX = 22;

/** Build the filters of the timeline, which hide events in the chart and in the list. */
export function buildTimeline(data, figure, redraw) {
  const chosen = { region: "", category: "", year: "" };
  const events = data.events.map((event) => ({
    ...event,
    year: yearOf(event),
    regions: event.regions ?? [event.region_id],
  }));
  const count = element("p", { className: "count" });
  count.setAttribute("role", "status");
  const isShown = (event) =>
    (!chosen.region || event.regions.includes(chosen.region)) &&
    (!chosen.category || event.category === chosen.category) &&
    (!chosen.year || String(event.year ?? "none") === chosen.year);
  const update = () => {
    const shown = events.filter(isShown);
    const ids = new Set(shown.map(({ id }) => id));
    filterList(ids);
    count.textContent = texts.events(shown.length, events.length);
    redraw(shown);
  };
  const filter = (key, label, options) => {
    const { node, fill } = makeSelect(label, (value) => {
      chosen[key] = value;
      update();
    });
    fill([["", texts.all], ...options], "");
    return node;
  };
  const controls = element(
    "div",
    { className: "controls" },
    filter("region", texts.place, options(events, "region_id", "place")),
    filter("category", texts.category, options(events, "category", "category_label")),
    filter("year", texts.year, years(events)),
  );
  figure.before(controls, count);
  update();
  return () => rows(events.filter(isShown));
}

function filterList(ids) {
  const list = document.getElementById("table-timeline");
  for (const item of list.querySelectorAll("li[data-category]")) item.hidden = !ids.has(item.id);
  for (const section of list.querySelectorAll("section")) section.hidden = !section.querySelector("li:not([hidden])");
}

const yearOf = ({ date_start, date_end }) =>
  date_start || date_end ? Number((date_start ?? date_end).slice(0, 4)) : null;

const options = (events, key, name) => [...new Map(events.map((event) => [event[key], event[name]]))];

function years(events) {
  const all = [...new Set(events.map(({ year }) => year))].sort((a, b) => (b ?? 0) - (a ?? 0));
  return all.map((year) => [String(year ?? "none"), String(year ?? texts.undated)]);
}

/** Draw a dot for each event, in a row for each category, stacked within its year. */
export function drawTimeline(events, data, width, note) {
  const dated = events.filter(({ year }) => year);
  if (!dated.length) return [];
  const years = data.events.map(yearOf).filter(Boolean);
  const [first, last] = [Math.min(...years), Math.max(...years) + 1];
  const categories = [...new Map(data.events.map((event) => [event.category, event.category_label]))];
  const longest = Math.max(...categories.map(([, label]) => textWidth(label)));
  const left = Math.min(longest + 14, Math.round(width * 0.3));
  const yearPx = (width - left - 12) / (last - first);
  const r = Math.max(2.5, Math.min(5, yearPx / 2.2));
  const { placed, bands, height } = stackDots(dated, categories, r);
  const step = [1, 2, 5, 10].find((size) => yearPx * size >= 42) ?? 20;
  const ticks = Array.from({ length: last - first }, (_, index) => first + index).filter((year) => year % step === 0);
  const svg = Plot.plot({
    width,
    height: height + 30,
    style: STYLE,
    ariaLabel: data.title,
    marginLeft: left,
    marginRight: 12,
    marginTop: 4,
    marginBottom: 26,
    x: { domain: [first - 0.5, last - 0.5], label: null },
    y: { domain: [height, 0], axis: null },
    marks: [
      Plot.ruleY(bands, { y: "bottom", className: "grid" }),
      Plot.axisX(ticks, { tickFormat: String, tickSize: 4, label: null }),
      Plot.text(bands, {
        text: "label",
        y: "middle",
        frameAnchor: "left",
        dx: -8,
        textAnchor: "end",
        lineWidth: (left - 8) / 12,
      }),
      Plot.dot(placed, {
        x: "year",
        y: "y",
        r,
        href: "href",
        className: "event",
        ariaLabel: ({ date_start, date_end, place, title }) =>
          [dateOf(date_start, date_end), place, title].filter(Boolean).join(" · "),
      }),
    ],
  });
  return [describe(svg, note, data.title)];
}

const byCategory = ({ category }) => category;
const byYear = ({ year }) => year;

/** Give each event a height: those of one category and year above each other, in the band of the category. */
function stackDots(events, categories, r) {
  const step = 2 * r + 1.5;
  const years = group(events, byCategory, byYear);
  let top = 0;
  const bands = categories.map(([category, label]) => {
    const highest = Math.max(0, ...[...(years.get(category)?.values() ?? [])].map(({ length }) => length));
    const bottom = top + Math.max(MIN_BAND_PX, highest * step + 8);
    const band = { category, label, bottom, middle: (top + bottom) / 2 };
    top = bottom;
    return band;
  });
  const placed = bands.flatMap(({ category, bottom }) =>
    [...(years.get(category)?.values() ?? [])].flatMap((rows) =>
      rows.map((event, index) => ({ ...event, y: bottom - 4 - r - index * step })),
    ),
  );
  return { placed, bands, height: top };
}

function dateOf(start, end) {
  if (!start || !end || start === end) return start ?? end;
  return start.slice(0, 4) === end.slice(0, 4) && start.endsWith("01-01") && end.endsWith("12-31")
    ? start.slice(0, 4)
    : `${start} – ${end}`;
}

function rows(events) {
  const head = ["date_start", "date_end", "category", "place", "title"];
  return [head, ...events.map((event) => head.map((key) => event[key]))];
}
