import { element } from "./dom.js";

const REACH_PX = 24; // how near the pointer must be to a mark

/** Make a chart drawn by Plot readable without sight and by keyboard, and show what its marks say. */
export function describe(svg, note, title) {
  svg.setAttribute("role", "group");
  svg.setAttribute("aria-label", title);
  svg.removeAttribute("fill");
  for (const group of svg.querySelectorAll("g[aria-label], g[aria-description]")) {
    group.removeAttribute("aria-label");
    group.removeAttribute("aria-description");
  }
  const links = [...svg.querySelectorAll("a")];
  for (const link of links) nameLink(link);
  const tip = element("div", { className: "tip", hidden: true });
  const box = element("div", { className: "plot-box" }, svg, tip);
  const show = (link) => showTip(box, tip, note, link && [link, ...links.filter((other) => isBelow(other, link))]);
  svg.addEventListener("pointermove", (event) => show(nearest(links, event)));
  svg.addEventListener("pointerleave", () => show(null));
  svg.addEventListener("focusin", (event) => show(event.target.closest("a")));
  svg.addEventListener("focusout", () => show(null));
  useArrowKeys(links);
  return box;
}

// Plot labels the shape inside the link, where the label has no role.
function nameLink(link) {
  const [shape] = link.children;
  const label = shape.getAttribute("aria-label");
  shape.removeAttribute("aria-label");
  if (label) link.setAttribute("aria-label", label);
}

/** Let Tab reach the first of the links only, and the arrow keys the others. */
export function useArrowKeys(links) {
  links.forEach((link, index) => {
    link.setAttribute("tabindex", index === 0 ? "0" : "-1");
    link.addEventListener("keydown", (event) => {
      const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
      const next = step && links[index + step];
      if (!next) return;
      event.preventDefault();
      link.setAttribute("tabindex", "-1");
      next.setAttribute("tabindex", "0");
      next.focus();
    });
  });
}

function nearest(links, { clientX, clientY }) {
  let [best, least] = [null, REACH_PX];
  for (const link of links) {
    const distance = distanceTo(link.getBoundingClientRect(), clientX, clientY);
    if (distance <= least) [best, least] = [link, distance];
  }
  return best;
}

/** Measure from a point to a box; within boxes, the one whose middle is nearer is nearer. */
function distanceTo(box, x, y) {
  const [middleX, middleY] = middle(box);
  const outside = Math.hypot(Math.max(box.left - x, 0, x - box.right), Math.max(box.top - y, 0, y - box.bottom));
  return outside + Math.hypot(middleX - x, middleY - y) / 1000;
}

const middle = ({ left, right, top, bottom }) => [(left + right) / 2, (top + bottom) / 2];

/** Whether a mark is in the place of another, which covers it. */
function isBelow(other, link) {
  const [[x, y], [otherX, otherY]] = [link, other].map((node) => middle(node.getBoundingClientRect()));
  return other !== link && Math.hypot(x - otherX, y - otherY) < 3;
}

/** Show, near the first of some marks, what each of them says. */
function showTip(box, tip, note, links) {
  for (const old of box.querySelectorAll("a.near")) old.classList.remove("near");
  tip.hidden = !links;
  if (!links) return;
  const text = links.map((link) => link.getAttribute("aria-label")).join("\n");
  if (tip.textContent !== text) tip.textContent = text;
  if (note) note.textContent = text;
  links[0].classList.add("near");
  const outer = box.getBoundingClientRect();
  const mark = links[0].getBoundingClientRect();
  const left = middle(mark)[0] - outer.left - tip.offsetWidth / 2;
  const above = mark.top - outer.top - tip.offsetHeight - 8;
  tip.style.left = `${Math.max(0, Math.min(left, outer.width - tip.offsetWidth))}px`;
  tip.style.top = `${above >= 0 ? above : mark.bottom - outer.top + 8}px`;
}

/**
 * Return a Plot render function that leaves out the texts that would cover an earlier one or a taken box.
 * `place` is that of the texts; `take` returns the taken boxes, given the vertical scale.
 */
export function withoutOverlap(texts, place, take) {
  return (index, scales, values, dimensions, context, next) => {
    const boxes = take(scales.y);
    const free = index.filter((i) => {
      const box = textBox(values.x[i], values.y[i], texts[i], place);
      const isInside = box.left >= dimensions.marginLeft && box.right <= dimensions.width && box.top >= 0;
      const isFree = isInside && !boxes.some((other) => overlap(box, other));
      if (isFree) boxes.push(box);
      return isFree;
    });
    return next(free, scales, values, dimensions, context);
  };
}

/** Estimate the box of a text of 12 px that is placed at x, y. */
function textBox(x, y, text, { dx, dy, textAnchor }) {
  const width = textWidth(text);
  const left = x + dx - { start: 0, middle: width / 2, end: width }[textAnchor];
  return { left, right: left + width, top: y + dy - 7, bottom: y + dy + 7 };
}

const overlap = (a, b) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;

/** Estimate the width of a text of 12 px: a Chinese character is as wide as high. */
export const textWidth = (text) => [...text].reduce((sum, character) => sum + (character > "⺀" ? 12 : 6.8), 0);

/** The style of every chart; colours come from style.css. */
export const STYLE = { fontSize: "12px", fontFamily: "inherit", background: "none", overflow: "visible" };
