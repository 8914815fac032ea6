import { onWidth, readJson } from "./dom.js";
import { csvButton } from "./download.js";
import { drawRanking, rankingRows } from "./ranking.js";
import { drawSeries, seriesRows } from "./series.js";
export { drawResult } from "./result-chart.js";
import { buildTiles } from "./tiles.js";
import { buildTimeline, drawTimeline } from "./timeline.js";

/** Draw the chart of a figure from the JSON in it, again at each new width. */
export function drawFigure(figure) {
  const data = readJson(figure);
  const plot = figure.querySelector(".plot");
  const note = figure.querySelector(".chart-note");
  const getRows = KINDS[figure.dataset.chart](data, plot, note, figure);
  figure.querySelector(".chart-links")?.append(" ", csvButton(data.title, figure.id || "chart", getRows));
  figure.dataset.ready = "";
}

const KINDS = {
  series: (data, plot, note) => {
    onWidth(plot, (width) => plot.replaceChildren(...drawSeries(data, width, note)));
    return () => seriesRows(data);
  },
  ranking: (data, plot, note) => {
    onWidth(plot, (width) => plot.replaceChildren(...drawRanking(data, width, note)));
    return () => rankingRows(data);
  },
  tiles: buildTiles,
  timeline: (data, plot, note, figure) => {
    let [events, width] = [data.events, 0];
    const draw = () => width && plot.replaceChildren(...drawTimeline(events, data, width, note));
    onWidth(plot, (now) => {
      width = now;
      draw();
    });
    return buildTimeline(data, figure, (shown) => {
      events = shown;
      note.textContent = ""; // its event may be hidden now
      draw();
    });
  },
};
