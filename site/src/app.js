// Everything here is an addition: the pages can be read without it.
import { addCopyButton } from "./copy.js";
import { enableSearch } from "./search.js";

document.querySelectorAll("input[data-search]").forEach(enableSearch);
document.querySelectorAll("[data-copy]").forEach(addCopyButton);
if (document.getElementById("sql")) import("./sql-page.js").then(({ enableSql }) => enableSql());
const figures = document.querySelectorAll("figure[data-chart]");
if (figures.length) import("./charts.js").then(({ drawFigure }) => figures.forEach(drawFigure));
