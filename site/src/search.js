import { element } from "./dom.js";
import { fetchFile, once } from "./load.js";
import { isChinese, texts } from "./texts.js";

const MOST = 20;

/** Let a search field list the pages whose names contain all the words. */
export function enableSearch(input) {
  const address = new URL(input.dataset.search, document.baseURI);
  const pages = new URL(isChinese ? "../zh/" : "../en/", address);
  const count = element("p");
  count.setAttribute("role", "status");
  const list = element("ul");
  const results = element("div", { className: "search-results", hidden: true }, count, list);
  const box = input.closest(".site-search");
  box.append(results);
  const load = once(async () => (await fetchFile(address)).json());
  let isOpen = false;
  const update = async () => {
    isOpen = true;
    const index = await load();
    // While the index loaded, the reader may have left the field, or typed more letters.
    if (!isOpen) return;
    const words = fold(input.value).split(" ").filter(Boolean);
    const found = words.length ? find(index, words) : [];
    list.replaceChildren(...found.slice(0, MOST).map((entry) => resultItem(entry, pages)));
    count.textContent = found.length > MOST ? texts.more(MOST, found.length) : texts.results(found.length);
    results.hidden = !words.length;
  };
  const close = () => {
    isOpen = false;
    results.hidden = true;
  };
  const leave = () => {
    input.focus();
    close();
  };
  input.addEventListener("focus", update);
  input.addEventListener("input", update);
  box.addEventListener("keydown", (event) => moveFocus(event, [input, ...list.querySelectorAll("a")], leave));
  // Some browsers do not focus a link that is clicked; the list must not close before it opens.
  results.addEventListener("mousedown", (event) => event.preventDefault());
  box.addEventListener("focusout", ({ relatedTarget }) => {
    if (!box.contains(relatedTarget)) close();
  });
  if (document.activeElement === input) update(); // the reader was faster than this script
}

const fold = (text) => text.normalize("NFKC").toLowerCase().replace(/\s+/g, " ").trim();

/** Return the entries that match, those whose name is or begins with the words first. */
function find(entries, words) {
  const phrase = words.join(" ");
  const rank = ([, ...names]) => {
    const folded = names.slice(0, 2).map(fold);
    if (!words.every((word) => folded.some((name) => name.includes(word)))) return null;
    if (folded.includes(phrase)) return 0;
    return folded.some((name) => name.startsWith(phrase)) ? 1 : 2;
  };
  const ranked = entries.map((entry) => [rank(entry), entry]).filter(([place]) => place != null);
  return ranked.sort(([a, one], [b, other]) => a - b || one[1].length - other[1].length).map(([, entry]) => entry);
}

function resultItem([kind, name, otherName, href], pages) {
  const other = element("span", { className: "other-name" }, otherName);
  const link = element(
    "a",
    { href: new URL(href, pages).href },
    name,
    " ",
    other,
    " ",
    element("span", { className: "kind" }, kind),
  );
  return element("li", {}, link);
}

/** Move between the field and its results by arrow keys; Escape closes the results. */
function moveFocus(event, stops, leave) {
  if (event.key === "Escape") return leave();
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  const next = step && stops[stops.indexOf(document.activeElement) + step];
  if (!next) return;
  event.preventDefault();
  next.focus();
}
