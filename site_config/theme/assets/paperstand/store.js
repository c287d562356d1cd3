/* The reader's reading list, kept in the browser.
 *
 * Every step is applied to what is kept at that moment, so that two tabs never write over each other. Where it cannot be
 * kept, the steps are held for as long as the page is open, and are tried again with the next one.
 */

import { applied, MOST, readList, writeList } from "./saved-papers.js";
import { recall, remember, watch } from "./storage.js";

const NAME = "reading-list";
const ASIDE = ["reading-list-aside", "reading-list-aside-2", "reading-list-aside-3"];

class ReadingList extends EventTarget {
  #held = [];
  #papers = null;

  constructor() {
    super();
    watch(NAME, () => this.#changed());
  }

  /** The papers, in the reader's order. */
  get papers() {
    return (this.#papers ??= this.#held.reduce(applied, readList(recall(NAME)).papers));
  }

  /** False where what was done lasts only as long as the page. */
  get isKept() {
    return this.#held.length === 0;
  }

  /** Texts of lists that could not be read in full, as they were found. */
  get aside() {
    return ASIDE.map(recall).filter((text) => text !== null);
  }

  has(id) {
    return this.papers.some((paper) => paper.id === id);
  }

  /** Do one step: {do: "save" | "merge", added}, {do: "remove", id}, {do: "restore", paper, before}, {do: "mark", id, read},
   * {do: "note", id, note} or {do: "move", id, before}. Gives how many papers the list had no room for. */
  do(step) {
    const last = this.#held.at(-1);
    if (last?.do === "note" && step.do === "note" && last.id === step.id) this.#held.pop();
    this.#held.push(step);
    const found = readList(recall(NAME));
    const papers = this.#held.reduce(applied, found.papers);
    // What could not be read is kept as it is before anything is written in its place.
    const safe = (found.whole && !found.refused) || putAside(recall(NAME));
    if (safe && remember(NAME, writeList(papers, found.extra))) this.#held = [];
    this.#changed();
    const there = new Set(papers.map(({ id }) => id));
    return (step.added ?? []).filter(({ id }) => !there.has(id)).length;
  }

  /** Forget the texts that were put aside. */
  forgetAside() {
    ASIDE.forEach((name) => remember(name, null));
    this.#changed();
  }

  #changed() {
    this.#papers = null;
    this.dispatchEvent(new Event("change"));
  }
}

function putAside(text) {
  if (ASIDE.some((name) => recall(name) === text)) return true;
  const free = ASIDE.find((name) => recall(name) === null);
  return free !== undefined && remember(free, text);
}

export const readingList = new ReadingList();
export { MOST };
