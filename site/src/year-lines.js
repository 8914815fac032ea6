import * as Plot from "@observablehq/plot";

/** Join the figures of following years, each with `x`, `year`, `value`; over years without a figure the line is dashed. */
export function yearLines(figures) {
  const pairs = figures.slice(1).map((row, index) => [figures[index], row]);
  const ends = { x1: ([a]) => a.x, y1: ([a]) => a.value, x2: ([, b]) => b.x, y2: ([, b]) => b.value };
  const isGap = ([a, b]) => b.year - a.year > 1;
  const following = pairs.filter((pair) => !isGap(pair));
  return [
    Plot.link(following, { ...ends, className: "best-line" }),
    Plot.link(pairs.filter(isGap), { ...ends, className: "best-line gap" }),
  ];
}
