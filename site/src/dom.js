/** Make an element: properties by name, `data` and `aria` as objects, then children. */
export function element(name, { data = {}, aria = {}, ...properties } = {}, ...children) {
  const node = Object.assign(document.createElement(name), properties);
  for (const [key, value] of Object.entries(data)) node.dataset[key] = value;
  for (const [key, value] of Object.entries(aria)) node.setAttribute(`aria-${key}`, value);
  node.append(...children.filter((child) => child != null));
  return node;
}

/** Make a select in its label; `fill` gives it options, pairs of value and text, and the one that is chosen. */
export function makeSelect(label, onChange) {
  const box = element("select");
  box.addEventListener("change", () => onChange(box.value));
  const fill = (options, value) => {
    box.replaceChildren(...options.map(([key, text]) => element("option", { value: key }, text)));
    box.value = value;
  };
  return { node: element("label", {}, element("span", {}, label), box), fill };
}

/** Read the JSON in the script element inside a figure. */
export const readJson = (parent) => JSON.parse(parent.querySelector('script[type="application/json"]').textContent);

/** Call back with the width of an element, now and whenever it changes. */
export function onWidth(node, callback) {
  let last = 0;
  new ResizeObserver(([entry]) => {
    const width = Math.floor(entry.contentRect.width);
    if (width > 0 && width !== last) callback((last = width));
  }).observe(node);
}
