/* Searching in the header's dialog: the quick way. search-page.js is the thorough one. */

import { Index, PAGE } from "./search-index.js";
import { tellsSomething } from "./search-query.js";
import { EMPTY, addressOf, authorNodes, element, failure, longDate, marked, putExcerpt, summary, unasked } from "./search-results.js";

/* How long typing must pause before a search starts, in milliseconds: as long as the last one took, within these. */
const PAUSES = [40, 250];

/** Build search into `root`: `field` is where people type, `show(query)` searches now. */
export function searchIn(root, base, { empty = false } = {}) {
  const index = new Index(base);
  const field = element("input", {
    type: "text",
    role: "searchbox",
    "aria-label": "Search papers",
    placeholder: "Words, names, arXiv ids",
    enterkeyhint: "go",
    autocomplete: "off",
    autocapitalize: "off",
    spellcheck: "false",
  });
  const form = element("form", { role: "search" }, field);
  const status = element("p", { role: "status" });
  const list = element("ol", { "aria-label": "Results" });
  const more = element("button", { type: "button", hidden: "" }, "More results");
  const all = element("a", { class: "ps-search__all", hidden: "" }, "All results, to narrow down and sort");
  root.append(form, element("div", { class: "ps-search__found" }, status, list, more, all));

  // Only the newest turn may write: an answer that comes late belongs to words that are no longer there.
  let turn = 0;
  let timer = 0;
  let [pause] = PAUSES;
  let running = { query: "", done: Promise.resolve() };
  let answer = null;

  const links = () => [...list.querySelectorAll("a")];
  const lead = () => {
    more.hidden = list.childElementCount >= (answer?.papers.length ?? 0);
    all.hidden = !answer?.papers.length;
    all.href = new URL(`search/?${new URLSearchParams({ q: field.value.trim() })}`, base).href;
  };
  const fill = (entries, ...message) => {
    const had = list.contains(document.activeElement);
    list.replaceChildren(...entries);
    if (had) field.focus();
    status.replaceChildren(...message);
    lead();
  };

  const entries = ({ exact, words }, contents, from) =>
    contents.map((paper, at) => entry(paper, base, words, exact && from + at === 0));

  function failed(error) {
    console.warn("Search:", error);
    answer = null;
    const again = () => {
      field.focus();
      index.renew();
      show(field.value);
    };
    fill([], ...failure(base, again));
  }

  async function run(query) {
    const mine = ++turn;
    const began = performance.now();
    const slow = setTimeout(() => status.replaceChildren("Searching…"), 300);
    try {
      const found = !empty && tellsSomething(query) ? await index.find(query) : null;
      if (mine !== turn) return;
      answer = found;
      fill(found ? entries(found, found.contents, 0) : [], found ? summary(found) : empty ? EMPTY : unasked(query));
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

  /** What the field asks for now, answered. */
  const settled = () => (running.query === field.value ? running.done : show(field.value));

  field.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(() => show(field.value), pause);
  });
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const query = field.value;
    await settled();
    // An arrow key that waited for the same answer has chosen one, perhaps.
    if (field.value === query) (links().find((link) => link === document.activeElement) ?? links()[0])?.click();
  });
  more.addEventListener("click", async () => {
    const [mine, from] = [turn, list.childElementCount];
    let contents;
    try {
      contents = await answer.more(from, PAGE);
    } catch {
      // The site was published anew, perhaps: begin again with the index of now.
      index.renew();
      if (mine === turn) show(field.value);
      return;
    }
    if (mine !== turn || from !== list.childElementCount) return;
    list.append(...entries(answer, contents, from));
    lead();
    links()[from]?.focus();
  });
  const stops = () => [field, ...links(), ...[more, all].filter((one) => !one.hidden)];
  root.addEventListener("keydown", async (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const at = stops().indexOf(event.target);
    if (step && at >= 0) {
      event.preventDefault();
      // The results that stand there may be those of the letters before the last: nobody is led into what is about to go.
      if (at === 0) await settled();
      const now = stops();
      now[Math.min(Math.max(now.indexOf(document.activeElement) + step, 0), now.length - 1)].focus();
    } else if (at > 0 && ((event.key.length === 1 && event.key !== " ") || event.key === "Backspace")) {
      // Whoever goes on typing means the field.
      field.focus();
    }
  });
  return { field, show, load: () => (empty ? Promise.resolve() : index.load()) };
}

/** A result: one link, so that the arrow keys go from paper to paper. */
function entry(paper, base, words, open) {
  const about = element("span", { class: "ps-search__about" }, element("span", {}, ...authorNodes(paper.authors ?? [], words)));
  if (paper.organization) about.append(element("span", {}, ...marked(paper.organization, words)));
  const day = paper.day ?? paper.submitted;
  if (day) about.append(element("time", { datetime: day }, longDate(day)));
  const link = element("a", { href: addressOf(paper, base) });
  if (open) link.append(element("span", { class: "ps-search__open" }, `Open ${paper.id}`));
  link.append(element("span", { class: "ps-search__title" }, ...marked(paper.title, words)), about);
  if (paper.abstract) link.append(putExcerpt(element("span", { class: "ps-search__excerpt" }), paper, words, base));
  return element("li", {}, link);
}

/** The dialog behind the header's button. */
export function dialogFor(button, base) {
  const key = (name) => element("kbd", {}, name);
  const close = element("button", { type: "button", class: "ps-search__close", "aria-label": "Esc: close" }, key("Esc"));
  const dialog = element("dialog", { class: "ps-search", "aria-label": "Search" });
  const empty = "searchEmpty" in button.dataset;
  const { field, show, load } = searchIn(dialog, base, { empty });
  let followed = false;
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
