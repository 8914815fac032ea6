import { isChinese } from "./texts.js";

const LOCALE = isChinese ? "zh-CN" : "en";
const UNITS = isChinese
  ? [
      [1e8, "亿"],
      [1e4, "万"],
    ]
  : [
      [1e9, " billion"],
      [1e6, " million"],
    ];

/** Write a number in full: 1,516,000; 20.96; 0.242; in Chinese with 万 or 亿 where no digit is lost: 151.6万. */
export function plain(value) {
  const [size, unit] = isChinese
    ? (UNITS.find(([size]) => value >= size && (value * 100) % size === 0) ?? [1, ""])
    : [1, ""];
  if (size > 1) return `${(value / size).toLocaleString(LOCALE)}${unit}`;
  return value.toLocaleString(LOCALE, value < 1 ? { maximumSignificantDigits: 3 } : { maximumFractionDigits: 2 });
}

/** Write a number with all its digits; years keep theirs together: 2024, 12,000, 0.24245207098498064. */
export const exact = (value) => value.toLocaleString(LOCALE, { useGrouping: "min2", maximumFractionDigits: 20 });

/** Write a number in at most three digits and a unit, for narrow places: 1.52M, 152万. */
export function short(value) {
  return value.toLocaleString(LOCALE, { notation: "compact", maximumSignificantDigits: 3 });
}

/** Write a number in words and at most four digits where it is large: 1.516 million, 151.6万; 287,367. */
export function worded(value) {
  const [size, unit] = unitOf(value);
  return size === 1 ? plain(value) : `${(value / size).toLocaleString(LOCALE, { maximumSignificantDigits: 4 })}${unit}`;
}

/** Return a function that writes the numbers of one axis in one unit: 0.5 million, 1 million; 50万, 100万. */
export function axisFormat(largest) {
  const [size, unit] = unitOf(largest);
  return (value) => (value === 0 ? "0" : `${plain(value / size)}${unit}`);
}

const unitOf = (value) => UNITS.find(([size]) => value >= size) ?? [1, ""];

/** Put the sign before a number that tells what its bounds leave open: ≥, ≤, ≈ or <. */
export function signed({ lower, upper, qualifier }, text) {
  if (qualifier === "about") return `≈ ${text}`;
  if (qualifier === "nearly") return `< ${text}`;
  if (qualifier === "at_least") return `≥ ${text}`;
  if (qualifier === "at_most") return `≤ ${text}`;
  return upper == null && lower != null ? `≥ ${text}` : text;
}
