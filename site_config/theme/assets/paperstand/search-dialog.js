/* Showing what was found: in the header's dialog, or in a page of its own by `searchIn`.
 *
 * Whatever a paper says reaches the page as text nodes.
 */

import { fold, Index, PAGE, STOP_WORDS, wordsOf } from "./search-index.js";

/* How long typing must pause before a search starts, in milliseconds: as long as the last one took, within these. */
const PAUSES = [40, 250];
const EXCERPT = 34;
const EMPTY = "There are no papers in this library yet.";
const CJK = "[\\u3040-\\u30ff\\u3400-\\u4dbf\\u4e00-\\u9fff\\uf900-\\ufaff]";
/* The index has a space between Chinese or Japanese characters; people do not. */
const CJK_SPACE = new RegExp(`(?<=${CJK}) (?=${CJK})`, "g");

/** Text as nodes in which words that begin like one of `words` are marked. */
function marked(text, words) {
  const hit = (part) => {
    const folded = fold(part);
    return words.some((word) => folded.startsWith(word) || (folded.length > 4 && word.startsWith(folded)));
  };
  return text.split(/([\p{L}\p{M}\p{N}]+)/u).map((part, index) => (index % 2 && hit(part) ? element("mark", {}, part) : part));
}

/** A word as it stands in a text, marked without its punctuation. */
function markedWord(word) {
  const [, before, core, after] = /^([^\p{L}\p{N}]*)(.*?)([^\p{L}\p{N}]*)$/su.exec(word);
  return [before, element("mark", {}, core), after];
}

/** The piece of the abstract with most of the words found, as nodes; `places` are words of the text that begins with the title. */
function excerptNodes({ content, locations, meta }) {
  const words = content.split(" ").slice(meta.title.split(/\s+/).length);
  const places = new Set(locations.map((place) => place - (content.split(" ").length - words.length)));
  const hits = [...places].filter((place) => place >= 0).sort((one, other) => one - other);
  const among = (from) => hits.filter((place) => place >= from && place < from + EXCERPT).length;
  const best = hits.reduce((best, place) => (among(place) > among(best) ? place : best), hits[0] ?? 0);
  const from = best < EXCERPT / 2 ? 0 : Math.max(0, Math.min(best - 4, words.length - EXCERPT));
  const nodes = words.slice(from, from + EXCERPT).flatMap((word, at) => [at ? " " : "", ...(places.has(from + at) ? markedWord(word) : [word])]);
  return [from ? "… " : "", ...nodes, from + EXCERPT < words.length ? " …" : ""];
}

/** The first three authors and those who were looked for, however far down the list. */
function authorNodes(authors, words) {
  const names = authors ? authors.replace(CJK_SPACE, "").split("; ") : [];
  const wanted = (name) => wordsOf(name).some((part) => part.length > 2 && words.includes(part));
  const shown = [...names.slice(0, 3), ...names.slice(3).filter(wanted).slice(0, 2)];
  const rest = names.length - shown.length;
  return [
    ...shown.flatMap((name, at) => [at ? ", " : "", ...marked(name, words)]),
    rest ? ` and ${rest.toLocaleString("en")} more` : "",
  ];
}

function element(name, attributes = {}, ...children) {
  const node = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  node.append(...children);
  return node;
}

/** Build search into `root`: `field` is where people type, `show(query)` searches now. */
export function searchIn(root, base, { empty = false } = {}) {
  const index = new Index(base);
  const field = element("input", {
    type: "text",
    role: "searchbox",
    "aria-label": "Search papers",
    placeholder: "Words, an author, an arXiv number",
    enterkeyhint: "go",
    autocomplete: "off",
    autocapitalize: "off",
    spellcheck: "false",
  });
  const form = element("form", { role: "search" }, field);
  const status = element("p", { role: "status" });
  const list = element("ol", { "aria-label": "Results" });
  const more = element("button", { type: "button", hidden: "" }, "More results");
  root.append(form, element("div", { class: "ps-search__found" }, status, list, more));

  // Only the newest turn may write: an answer that comes late belongs to words that are no longer there.
  let turn = 0;
  let timer = 0;
  let [pause] = PAUSES;
  let running = { query: "", done: Promise.resolve() };
  let answer = null;

  const links = () => [...list.querySelectorAll("a")];
  const fill = (entries, ...message) => {
    list.replaceChildren(...entries);
    more.hidden = entries.length >= (answer?.results.length ?? 0);
    status.replaceChildren(...message);
  };

  const contentsOf = ({ results }, from) => Promise.all(results.slice(from, from + PAGE).map((result) => result.data()));
  const entries = ({ exact, identifier }, contents, words, from) =>
    contents.map((content, at) => entry(content, base, words, exact && from + at === 0 ? identifier : null));

  function failed(error) {
    console.warn("Search:", error);
    const retry = element("button", { type: "button" }, "Try again");
    retry.addEventListener("click", async () => {
      field.focus();
      await index.renew();
      show(field.value);
    });
    const archive = element("a", { href: new URL("archive/", base).href }, "browse the archive");
    answer = null;
    fill([], "The search index could not be loaded. ", retry, " or ", archive, ".");
  }

  async function run(query) {
    const mine = ++turn;
    const began = performance.now();
    const slow = setTimeout(() => status.replaceChildren("Searching…"), 300);
    try {
      const found = !empty && tellsSomething(query) ? await index.find(query) : null;
      const contents = found ? await contentsOf(found, 0) : [];
      if (mine !== turn) return;
      answer = found;
      fill(found ? entries(found, contents, telling(query), 0) : [], found ? summary(found, lacking(query, contents)) : empty ? EMPTY : unasked(query));
      pause = Math.min(Math.max(performance.now() - began, PAUSES[0]), PAUSES[1]);
    } catch (error) {
      if (mine === turn) failed(error);
    } finally {
      clearTimeout(slow);
    }
  }

  /** Search for a query now; resolves when its results stand, or a newer query took its place. */
  function show(query) {
    clearTimeout(timer);
    if (field.value !== query) field.value = query;
    running = { query, done: run(query) };
    return running.done;
  }

  field.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(() => show(field.value), pause);
  });
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const query = field.value;
    await (running.query === query ? running.done : show(query));
    if (field.value === query) links()[0]?.click();
  });
  more.addEventListener("click", async () => {
    const [mine, from] = [turn, list.childElementCount];
    let contents;
    try {
      contents = await contentsOf(answer, from);
    } catch (error) {
      if (mine === turn) failed(error);
      return;
    }
    if (mine !== turn || from !== list.childElementCount) return;
    list.append(...entries(answer, contents, telling(field.value), from));
    more.hidden = list.childElementCount >= answer.results.length;
    links()[from]?.focus();
  });
  root.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const stops = [field, ...links(), ...(more.hidden ? [] : [more])];
    const at = stops.indexOf(event.target);
    if (step && at >= 0) {
      event.preventDefault();
      stops[Math.min(Math.max(at + step, 0), stops.length - 1)].focus();
    } else if (at > 0 && ((event.key.length === 1 && event.key !== " ") || event.key === "Backspace")) {
      // Whoever goes on typing means the field.
      field.focus();
    }
  });
  return { field, show, load: () => (empty ? Promise.resolve() : index.load()) };
}

const telling = (query) => wordsOf(query).filter((word) => word.length > 1 && !STOP_WORDS.has(word));
/* One letter is in every paper; one Chinese character is a word. */
const tellsSomething = (query) => /[\p{L}\p{N}].*[\p{L}\p{N}]|[^\x00-\u02ff]/su.test(query);
const unasked = (query) => (query.trim() ? "Type one more letter." : "");

/** The words of a query that none of the papers shown has: Pagefind, which knows no such word, gives what begins alike. */
function lacking(query, contents) {
  const texts = contents.flatMap(({ content, meta }) => [content, ...Object.values(meta)]).join(" ");
  const had = new Set([...wordsOf(texts), ...wordsOf(texts.replace(/[^\p{L}\p{M}\p{N}\s]+/gu, ""))]);
  const has = (word) => {
    // Endings differ ("robots", "robotic"), and Pagefind takes them off.
    const stem = word.slice(0, Math.max(word.length - 2, Math.min(word.length, 3)));
    return [...had].some((other) => other.startsWith(stem) || (other.length > 2 && word.length - other.length < 5 && word.startsWith(other)));
  };
  return telling(query).filter((word) => !new RegExp(CJK, "u").test(word) && !has(word));
}

function entry(content, base, words, identifier) {
  const { meta, raw_url: path } = content;
  const about = element("span", { class: "ps-search__about" }, element("span", {}, ...authorNodes(meta.authors, words)));
  if (meta.organization) about.append(element("span", {}, ...marked(meta.organization, words)));
  const day = /^d(\d{4})(\d\d)(\d\d)$/.exec(meta.day ?? "");
  if (day) {
    const written = new Date(Date.UTC(day[1], day[2] - 1, day[3])).toLocaleDateString("en-GB", {
      day: "numeric",
      month: "long",
      year: "numeric",
      timeZone: "UTC",
    });
    about.append(element("time", { datetime: day.slice(1).join("-") }, written));
  }
  const link = element("a", { href: new URL(path.replace(/^\/+/, ""), base).href });
  if (identifier) link.append(element("span", { class: "ps-search__open" }, `Open ${identifier}`));
  link.append(element("span", { class: "ps-search__title" }, ...marked(meta.title.replace(CJK_SPACE, ""), words)), about);
  link.append(element("span", { class: "ps-search__excerpt" }, ...excerptNodes(content)));
  return element("li", {}, link);
}

function summary({ identifier, exact, partial, total, results }, lacking) {
  const papers = (number) => `${number.toLocaleString("en")} ${number === 1 ? "paper" : "papers"}`;
  if (identifier && !exact) {
    const missing = `${identifier} is not in this library`;
    return results.length ? `${missing}, but ${papers(total)} ${total === 1 ? "mentions" : "mention"} it.` : `${missing}.`;
  }
  if (!results.length) return "No paper has all of these words.";
  if (!identifier && lacking.length) return `Nothing has ${lacking.map((word) => `‘${word}’`).join(" or ")}. Nearest:`;
  return partial ? `${papers(total)}; the newest of them are shown. Add a word to search them all.` : papers(total);
}

/** The dialog behind the header's button. */
export function dialogFor(button, base) {
  const key = (name) => element("kbd", {}, name);
  const close = element("button", { type: "button", class: "ps-search__close", "aria-label": "Esc: close" }, key("Esc"));
  const dialog = element("dialog", { class: "ps-search", "aria-label": "Search" });
  const empty = "searchEmpty" in button.dataset;
  const { field, show, load } = searchIn(dialog, base, { empty });
  let followed = false;
  field.before(button.querySelector("svg").cloneNode(true));
  field.after(close);
  dialog.append(
    element(
      "p",
      { class: "ps-search__keys", "aria-hidden": "true" },
      element("span", {}, key("↑"), key("↓"), " choose"),
      element("span", {}, key("↵"), " open"),
      element("span", {}, key("Esc"), " close"),
    ),
  );
  document.body.append(dialog);
  close.addEventListener("click", () => dialog.close());
  dialog.addEventListener("click", (event) => {
    const follows = event.target.closest("a") && !(event.ctrlKey || event.metaKey || event.shiftKey);
    // Whoever comes back looks for the next result.
    followed = Boolean(follows);
    if (follows) history.replaceState({ ...history.state, search: field.value }, "");
    if (event.target === dialog || follows) dialog.close();
  });
  // A theme may have keys of its own ("n": the next page) that are not meant in here.
  dialog.addEventListener("keydown", (event) => event.stopPropagation());
  dialog.addEventListener("close", () => {
    if (history.state?.search && !followed) history.replaceState({ ...history.state, search: undefined }, "");
  });
  return (typed, { enter = false } = {}) => {
    followed = false;
    if (!dialog.open) dialog.showModal();
    field.focus();
    field.select();
    // The index comes while the first words are typed; where it cannot be had, the first search says so.
    load().catch(() => {});
    if (typed || empty) show(typed);
    if (enter) field.form.requestSubmit();
  };
}
