/* The page for searching thoroughly: a query, what narrows it down and its order, all of them in the page's address. */

import { shortDate } from "./elements.js";
import { Index, PAGE } from "./search-index.js";
import { tellsSomething, topicOf } from "./search-query.js";
import { EMPTY, addressOf, authorNodes, element, failure, marked, papersIn, putExcerpt, summary, unasked } from "./search-results.js";

const LABELS = new Map([
  ["topic", "Topic"],
  ["organization", "Organisation"],
  ["year", "Year"],
  ["category", "Category"],
  ["code", "Code"],
  ["list", "List"],
]);
const SORTS = { relevance: "Best match", date: "Newest", upvotes: "Most upvotes" };
/* A facet with more values than these has a field to find one; so many stand there without typing. */
const FEW = 10;
/* How long typing must pause before a search starts, in milliseconds. */
const PAUSE = 40;

const place = document.querySelector("[data-search-page]");
/* The site may have none of a facet's values. */
const FACETS = new Map([...LABELS].filter(([facet]) => place.dataset.facets.split(" ").includes(facet)));
const base = new URL(place.dataset.searchPage, document.baseURI).href;
const isEmpty = "searchEmpty" in place.dataset;
const index = new Index(base);

/* What the reader wants, as it stands in the address. */

function wishesOf(search) {
  const parameters = new URLSearchParams(search);
  const chosen = new Map([...FACETS.keys()].map((facet) => [facet, new Set(parameters.getAll(facet).filter(Boolean))]));
  const sort = parameters.get("sort") ?? "";
  return { query: parameters.get("q") ?? "", chosen, sort: Object.hasOwn(SORTS, sort) ? sort : "relevance" };
}

function addressFor({ query, chosen, sort }) {
  const parameters = new URLSearchParams();
  if (query.trim()) parameters.set("q", query.trim());
  for (const [facet, values] of chosen) for (const value of [...values].sort()) parameters.append(facet, value);
  if (sort !== "relevance") parameters.set("sort", sort);
  const text = parameters.toString();
  return location.pathname + (text ? `?${text}` : "");
}

let wishes = wishesOf(location.search);
let shown = history.state?.shown ?? PAGE;
let answer = null;
let turn = 0;
let timer = 0;
/* Counts are loaded when the first facet is opened, and not before. */
let counting = false;

/* The page. */

const field = element("input", {
  type: "search",
  "aria-label": "Search papers",
  placeholder: "Words, names, arXiv ids",
  enterkeyhint: "search",
  autocomplete: "off",
  autocapitalize: "off",
  spellcheck: "false",
});
const form = element("form", { role: "search", class: "asking" }, field, element("button", { type: "submit" }, "Search"));
const status = element("p", { role: "status", class: "count" });
const sort = element(
  "select",
  { "aria-label": "Sort by" },
  ...Object.entries(SORTS).map(([value, label]) => element("option", { value }, label)),
);
const chosenList = element("ul", { class: "chosen", "aria-label": "Narrowed down to" });
const list = element("ol", { class: "cards", "aria-label": "Results" });
const more = element("button", { type: "button", class: "more", hidden: "" }, "More results");
const offers = element("div", { class: "offers", hidden: "" });
const narrow = element("details", { class: "narrow" }, element("summary", {}, "Narrow down"));
const found = element("section", { class: "results", "aria-label": "Results" });
const tips = element(
  "ul",
  { class: "tips" },
  element("li", {}, "Several words find the papers that have all of them, in whatever order. The beginning of a word is enough."),
  element("li", {}, "“Words in quotes” are found side by side."),
  element("li", {}, "A name finds an author’s papers, with or without accents."),
  element("li", {}, "An arXiv number, a DOI or a paper’s address opens the paper."),
);
found.append(element("div", { class: "answer" }, status, sort), chosenList, tips, list, more, offers);

const facets = new Map([...FACETS].map(([facet, label]) => [facet, facetBox(facet, label)]));
narrow.append(...[...facets.values()].map(({ box }) => box));

/** One facet: a box that opens, with a checkbox for each value. */
function facetBox(facet, label) {
  const title = element("span", {}, label);
  const filter = element("input", { type: "search", "aria-label": `Find in: ${label}`, placeholder: "Find…", autocomplete: "off" });
  const values = element("ul");
  const note = element("p", { class: "note" });
  const group = element("div", { role: "group", "aria-label": label }, filter, values, note);
  const box = element("details", {}, element("summary", {}, title), group);
  filter.hidden = true;
  let all = null;

  function show() {
    const wanted = wishes.chosen.get(facet);
    title.textContent = wanted.size ? `${label} (${wanted.size})` : label;
    if (!all || !box.open) return;
    const typed = filter.value.trim().toLowerCase();
    filter.hidden = all.length <= FEW + 2;
    const fits = all.filter(({ name, label, count }) =>
      typed ? label.toLowerCase().includes(typed) : count > 0 || wanted.has(name),
    );
    // What is chosen stands first, so that it can be taken back; then what most of the papers have, or the latest year.
    const order = (one, other) =>
      wanted.has(other.name) - wanted.has(one.name) ||
      (facet === "year" ? (one.name < other.name ? 1 : -1) : other.count - one.count || (one.label < other.label ? -1 : 1));
    const first = fits.sort(order).slice(0, typed ? 3 * FEW : FEW + 2);
    const focused = document.activeElement?.closest?.("li")?.parentNode === values ? document.activeElement.value : null;
    values.replaceChildren(...first.map((value) => choice(value, wanted.has(value.name))));
    if (focused !== null) [...values.querySelectorAll("input")].find(({ value }) => value === focused)?.focus();
    const left = fits.length - first.length;
    note.textContent = left ? `${left.toLocaleString("en")} more: type to find one.` : fits.length ? "" : "None.";
  }

  function choice({ name, label, count }, checked) {
    const input = element("input", { type: "checkbox", value: name });
    input.checked = checked;
    input.addEventListener("change", () => {
      const values = wishes.chosen.get(facet);
      if (input.checked) values.add(name);
      else values.delete(name);
      go();
    });
    return element("li", {}, element("label", {}, input, element("span", { dir: "auto" }, label), element("small", {}, count.toLocaleString("en"))));
  }

  filter.addEventListener("input", show);
  box.addEventListener("toggle", () => {
    if (!box.open) return;
    if (counting) show();
    else {
      counting = true;
      note.textContent = "Loading…";
      run();
    }
  });
  return {
    box,
    show,
    take: (values) => {
      all = values;
      box.hidden = !values.length;
    },
    labelOf: (name) => all?.find((value) => value.name === name)?.label ?? name,
  };
}

/** A result, as the site's other pages show a paper; only with the piece of its abstract that has the words. */
function card(paper, words) {
  const title = element("h2", { dir: "auto" }, element("a", { href: addressOf(paper, base) }, ...marked(paper.title, words)));
  const item = element("li", { class: "card", "data-id": paper.id, ...(paper.key && { "data-key": paper.key }) }, title);
  if (paper.upvotes !== undefined) item.append(element("p", { class: "votes" }, paper.upvotes.toLocaleString("en")));
  const by = element("p", { class: "by" });
  if (paper.authors) by.append(element("bdi", {}, ...authorNodes(paper.authors, words)));
  if (paper.organization) by.append(" ", element("bdi", { class: "org" }, ...marked(paper.organization, words)));
  if (by.childNodes.length) item.append(by);
  const dates = element("li");
  if (paper.day) {
    const day = element("time", { datetime: paper.day }, shortDate(paper.day));
    dates.append("Featured ", element("a", { href: new URL(`daily/${paper.day}/`, base).href }, day));
  }
  if (paper.submitted) {
    const isOfOneYear = paper.day?.slice(0, 4) === paper.submitted.slice(0, 4);
    const written = shortDate(paper.submitted).slice(0, isOfOneYear ? -5 : undefined);
    const submitted = element("time", { datetime: paper.submitted }, written);
    dates.append(paper.day ? " · submitted " : "Submitted ", submitted);
  }
  const facts = element("ul", { class: "facts" });
  if (dates.childNodes.length) facts.append(dates);
  if (paper.code) facts.append(element("li", {}, "Code"));
  if (facts.childNodes.length) item.append(facts);
  if (paper.abstract) item.append(putExcerpt(element("p", { class: "abstract", dir: "auto" }), paper, words, base, 44));
  return item;
}

function showChosen() {
  const chips = [...wishes.chosen].flatMap(([facet, values]) =>
    [...values].map((name) => {
      const text = facet === "code" ? "Has code" : `${FACETS.get(facet)}: ${facets.get(facet).labelOf(name)}`;
      const button = element("button", { type: "button", "aria-label": `Remove ${text}` }, text);
      button.addEventListener("click", () => {
        wishes.chosen.get(facet).delete(name);
        field.focus();
        go();
      });
      return element("li", {}, button);
    }),
  );
  if (chips.length > 1) {
    const all = element("button", { type: "button" }, "Remove all");
    all.addEventListener("click", () => {
      for (const values of wishes.chosen.values()) values.clear();
      field.focus();
      go();
    });
    chips.push(element("li", {}, all));
  }
  chosenList.replaceChildren(...chips);
  chosenList.hidden = !chips.length;
}

const narrows = () => [...wishes.chosen.values()].some((values) => values.size);

async function run() {
  const mine = ++turn;
  const { query } = wishes;
  field.value = query === field.value.trim() ? field.value : query;
  sort.value = wishes.sort;
  document.title = `${query.trim() ? `${query.trim()} - ` : ""}${place.dataset.title}`;
  const slow = setTimeout(() => status.replaceChildren("Searching…"), 300);
  found.setAttribute("aria-busy", "true");
  try {
    const asks = !isEmpty && (query.trim() ? tellsSomething(query) : narrows() || counting || wishes.sort !== "relevance");
    const next = asks ? await index.find(query, { ...wishes, facets: counting, shown }) : null;
    if (mine !== turn) return;
    answer = next;
    list.replaceChildren(...(answer?.contents ?? []).map((paper) => card(paper, answer.words)));
    status.replaceChildren(answer ? said(answer) : isEmpty ? EMPTY : unasked(query));
    if (answer?.counts) for (const [facet, values] of answer.counts) facets.get(facet)?.take(values);
    if (answer) showSorts(answer.votesKind);
  } catch (error) {
    if (mine !== turn) return;
    console.warn("Search:", error);
    answer = null;
    list.replaceChildren();
    status.replaceChildren(...failure(base, again));
  } finally {
    clearTimeout(slow);
  }
  found.removeAttribute("aria-busy");
  for (const { show } of facets.values()) show();
  showChosen();
  // How to ask helps who has not asked, and who has asked in vain.
  tips.hidden = isEmpty || (answer ? answer.papers.length > 0 || answer.identifier || narrows() : tellsSomething(wishes.query));
  more.hidden = list.childElementCount >= (answer?.papers.length ?? 0);
  sort.hidden = !answer?.papers.length;
  showOffers();
}

function said(answer) {
  const narrowed = narrows() && !answer.papers.length && !answer.missing.length;
  return narrowed ? "No paper is left: remove something it is narrowed down to." : summary(answer);
}

/** Nobody can vote for what has no votes; a site without upvotes has the score of its own rules, or nothing. */
function showSorts(kind) {
  const [option] = [...sort.options].filter(({ value }) => value === "upvotes");
  option.textContent = kind === "score" ? "Highest score" : SORTS.upvotes;
  option.hidden = option.disabled = !kind;
}

async function again() {
  field.focus();
  index.renew();
  await run();
}

/** What the reader chose is a step that the back button takes back. */
function go() {
  shown = PAGE;
  const address = addressFor(wishes);
  if (address !== location.pathname + location.search) history.pushState(null, "", address);
  else history.replaceState(null, "", address);
  return run();
}

/* Related papers, and the query as a topic. */

function showOffers() {
  const keep = offers.dataset.of === addressFor(wishes) && offers.childElementCount;
  offers.hidden = !answer;
  if (!answer || keep) return;
  offers.dataset.of = addressFor(wishes);
  const buttons = element("p", { class: "doing" });
  offers.replaceChildren(buttons);
  if (answer.papers.length && wishes.query.trim()) {
    const related = element("button", { type: "button" }, "Related to these results");
    related.addEventListener("click", () => showRelated(related));
    buttons.append(related);
  }
  const values = (facet) => [...(wishes.chosen.get(facet) ?? [])].map((name) => facets.get(facet).labelOf(name));
  // What finds nothing would be a topic without papers.
  const topic = answer.identifier || !answer.papers.length ? null : topicOf(wishes.query, { categories: values("category"), organizations: values("organization") });
  if (topic) {
    const copy = element("button", { type: "button" }, "Copy as a topic");
    copy.addEventListener("click", () => showTopic(copy, topic));
    buttons.append(copy);
  }
  offers.hidden = !buttons.childElementCount;
}

async function showRelated(button) {
  const said = element("p", { role: "status", class: "count" });
  const section = element("section", { "aria-labelledby": "related" }, element("h2", { id: "related", tabindex: "-1" }, "Related to these results"), said);
  button.disabled = true;
  const mine = turn;
  try {
    const { relatedTo } = await import("./search-related.js");
    const papers = await relatedTo(answer.contents, base);
    if (mine !== turn) return;
    said.textContent = papers.length ? "By meaning, not by words" : "Nothing else is like these papers.";
    const links = papers.map(({ address, title }) => element("li", {}, element("a", { href: new URL(`papers/${address}/`, base).href, dir: "auto" }, title)));
    if (links.length) section.append(element("ul", {}, ...links));
    button.remove();
    offers.append(section);
    section.querySelector("h2").focus();
  } catch (error) {
    console.warn("Related papers:", error);
    button.disabled = false;
    button.textContent = "Related papers could not be loaded. Try again";
  }
}

async function showTopic(button, topic) {
  let copied = true;
  try {
    await navigator.clipboard.writeText(topic);
  } catch {
    // No permission, or no secure context: the text stands there to be copied by hand.
    copied = false;
  }
  const words = copied
    ? "Copied. Below topics: in site_config/site.yml it becomes a topic: a page, a feed and a .bib file of all papers that have one of its keywords."
    : "Copy this to below topics: in site_config/site.yml: it becomes a topic, with a page, a feed and a .bib file of all papers that have one of its keywords.";
  offers.querySelector(".as-topic")?.remove();
  const text = element("pre", { tabindex: "0", "aria-label": "The topic, for site.yml" }, topic);
  offers.append(element("div", { class: "as-topic" }, element("p", { role: "status" }), text));
  requestAnimationFrame(() => (offers.querySelector(".as-topic [role=status]").textContent = words));
  button.focus();
  text.scrollIntoView({ block: "nearest" });
}

/* What the reader does. */

field.addEventListener("input", () => {
  clearTimeout(timer);
  timer = setTimeout(() => {
    wishes.query = field.value;
    shown = PAGE;
    // Each letter is not a step of its own.
    history.replaceState(null, "", addressFor(wishes));
    run();
  }, PAUSE);
});
form.addEventListener("submit", async (event) => {
  event.preventDefault();
  clearTimeout(timer);
  wishes.query = field.value;
  await go();
  if (answer?.exact) location.assign(addressOf(answer.contents[0], base));
});
sort.addEventListener("change", () => {
  wishes.sort = sort.value;
  go();
});
more.addEventListener("click", async () => {
  const [mine, from] = [turn, list.childElementCount];
  let contents;
  try {
    contents = await answer.more(from, PAGE);
  } catch {
    // The site was published anew, perhaps: begin again with the index of now.
    index.renew();
    if (mine === turn) run();
    return;
  }
  if (mine !== turn || from !== list.childElementCount) return;
  list.append(...contents.map((paper) => card(paper, answer.words)));
  shown = list.childElementCount;
  // Whoever comes back finds as many as there were.
  history.replaceState({ ...history.state, shown }, "");
  more.hidden = shown >= answer.papers.length;
  list.children[from]?.querySelector("a").focus();
});
window.addEventListener("popstate", () => {
  clearTimeout(timer);
  wishes = wishesOf(location.search);
  shown = history.state?.shown ?? PAGE;
  field.value = wishes.query;
  run();
});

place.dataset.title = document.title;
narrow.open = matchMedia("(width >= 60em)").matches;
narrow.hidden = isEmpty;
place.querySelector(".masthead").append(form);
place.querySelector(".sheet").replaceChildren(narrow, found);
field.value = wishes.query;
if (!wishes.query) field.focus({ preventScroll: true });
run().then(() => {
  // An identifier from the browser's address bar, or from a page that had no script for it.
  const [entry] = performance.getEntriesByType("navigation");
  if (answer?.exact && entry?.type === "navigate" && !document.referrer.startsWith(base)) {
    location.replace(addressOf(answer.contents[0], base));
  }
});
