/* The reading list's page: the reader's own list, or one that somebody shared in the address. */

import { counted, download, element, shortDate, tell } from "./elements.js";
import { withEveryName } from "./every-name.js";
import { EXPORTS, namesOf } from "./exports.js";
import { fromFragment, toFragment, upstream } from "./identifiers.js";
import { paperAt } from "./on-page.js";
import { tellSaving } from "./save.js";
import { LONGEST_NOTE, paperFrom, readList } from "./saved-papers.js";
import { ROOT } from "./storage.js";
import { MOST, readingList } from "./store.js";
import { withdrawals } from "./withdrawals.js";

const AT_ONCE = 100;
const MOST_SHARED = 500;
/* How long typing must pause before a note is kept, in milliseconds. */
const PAUSE = 300;
const LARGEST_FILE = 10_000_000;
const SHOWN = { all: "All", unread: "Unread", read: "Read" };

const page = document.querySelector(".ps-keep");
const masthead = page.querySelector(".masthead");
const sheet = page.querySelector(".sheet");
const count = page.querySelector(".count");
count.setAttribute("role", "status");
const tools = element("div", { class: "tools" });
masthead.append(tools);
const button = (label, onclick, attributes = {}) => element("button", { type: "button", onclick, ...attributes }, label);

let limit = AT_ONCE;
let undone = null;
let withdrawn = new Set();
let learning = null;

/* A list is shown as it was kept, at once, and what the library has learned since as soon as that is there. */
async function learn() {
  withdrawn = await withdrawals();
  sheet.querySelectorAll(".card[data-id]").forEach(markWithdrawn);
}

function markWithdrawn(card) {
  if (!withdrawn.has(card.dataset.id) || card.querySelector(".mark")) return;
  card.querySelector(".facts").append(element("li", { class: "mark" }, "Withdrawn"));
}

const showing = () => {
  const asked = new URLSearchParams(location.search).get("show");
  return Object.hasOwn(SHOWN, asked ?? "") ? asked : "all";
};

const isShown = (paper) => ({ all: true, unread: !paper.read, read: paper.read })[showing()];

function showOnly(which) {
  const url = new URL(location.href);
  if (which === "all") url.searchParams.delete("show");
  else url.searchParams.set("show", which);
  history.replaceState(history.state, "", url);
  limit = AT_ONCE;
  render();
}

/* What stands beside a title: the same for a list of one's own and one of somebody else's. */
function head(paper) {
  const facts = element("ul", { class: "facts" });
  if (paper.date) facts.append(element("li", {}, "Submitted ", element("time", { class: "submitted", datetime: paper.date }, shortDate(paper.date))));
  const source = upstream(paper.id);
  if (source) facts.append(element("li", {}, element("a", { href: source }, source.includes("arxiv.org") ? "arXiv" : "DOI")));
  return [
    element("h2", { dir: "auto" }, element("a", { href: new URL(paper.path, ROOT).href }, paper.title)),
    ...(paper.authors ? [element("p", { class: "by" }, element("bdi", {}, paper.authors))] : []),
    facts,
  ];
}

function ownCard(paper) {
  const about = { "aria-label": `Note on ${paper.title}` };
  const note = element("textarea", { rows: 2, maxlength: LONGEST_NOTE, dir: "auto", ...about });
  const printed = element("p", { class: "note", dir: "auto" });
  let timer = 0;
  const keep = () => {
    clearTimeout(timer);
    if (paperOn(card) && paperOn(card).note !== note.value) readingList.do({ do: "note", id: paper.id, note: note.value });
  };
  note.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(keep, PAUSE);
  });
  note.addEventListener("change", () => {
    keep();
    tellSaving(0);
  });
  // Whoever closes the tab has not left the field.
  addEventListener("pagehide", keep);
  const summary = element("summary", {}, "Note");
  const card = element(
    "li",
    { class: "card", "data-id": paper.id },
    ...head(paper),
    printed,
    element("details", { class: "noting" }, summary, note),
    element(
      "div",
      { class: "doing", role: "group", "aria-label": paper.title },
      button("Mark as read", () => change({ do: "mark", id: paper.id, read: !paperOn(card).read }), { class: "mark-read" }),
      button("Up", () => move(card, -1), { class: "up", title: "Move up (Alt+↑)", "aria-keyshortcuts": "Alt+ArrowUp" }),
      button("Down", () => move(card, 1), { class: "down", title: "Move down (Alt+↓)", "aria-keyshortcuts": "Alt+ArrowDown" }),
      button("Remove", () => remove(card), { class: "remove" }),
    ),
  );
  return card;
}

const paperOn = (card) => readingList.papers.find(({ id }) => id === card.dataset.id);

/* What may change while a card stays. */
function bringUpToDate(card, paper, at, last) {
  card.classList.toggle("is-read", paper.read);
  card.querySelector(".mark-read").textContent = paper.read ? "Mark as unread" : "Mark as read";
  // Disabled buttons would lose the focus of whoever has just moved a paper to the end.
  card.querySelector(".up").setAttribute("aria-disabled", String(at === 0));
  card.querySelector(".down").setAttribute("aria-disabled", String(last));
  markWithdrawn(card);
  const note = card.querySelector("textarea");
  if (note !== document.activeElement && note.value !== paper.note) note.value = paper.note;
  card.querySelector(".note").textContent = paper.note;
  if (!card.dataset.placed) card.querySelector(".noting").open = paper.note !== "";
  card.dataset.placed = "";
}

function change(step) {
  undone = null;
  tellSaving(readingList.do(step));
}

function move(card, by) {
  const shown = readingList.papers.filter(isShown);
  const at = shown.findIndex(({ id }) => id === card.dataset.id);
  const to = at + by;
  if (to < 0 || to >= shown.length) return;
  const focused = document.activeElement;
  change({ do: "move", id: card.dataset.id, before: by < 0 ? shown[to].id : shown[to + 1]?.id ?? behind(shown[to].id) });
  focused.focus();
  card.scrollIntoView({ block: "nearest" });
  saying.textContent = `${to + 1} of ${shown.length}`;
}

/* The paper that stands behind another in the whole list, shown or not. */
const behind = (id) => readingList.papers[readingList.papers.findIndex((paper) => paper.id === id) + 1]?.id;

function remove(card) {
  const paper = paperOn(card);
  const before = behind(paper.id);
  change({ do: "remove", id: paper.id });
  undone = { paper, before };
  render();
  undo.querySelector("button").focus();
}

function restore() {
  const { paper, before } = undone;
  change({ do: "restore", paper, before });
  const card = list.querySelector(`[data-id="${CSS.escape(paper.id)}"]`) ?? list;
  (card.querySelector("h2 a") ?? page.querySelector(".tools button")).focus();
}

page.addEventListener("keydown", (event) => {
  const by = { ArrowUp: -1, ArrowDown: 1 }[event.key];
  const card = event.target.closest(".kept .card");
  if (!by || !card || !event.altKey || event.ctrlKey || event.metaKey || event.shiftKey || event.target.matches("textarea")) return;
  event.preventDefault();
  move(card, by);
});

// The own list.

const list = element("ol", { class: "cards compact kept" });
const undo = element("p", { class: "undo", role: "status" });
const saying = element("p", { class: "said", role: "status" });
const more = button("Show more", () => {
  const from = list.childElementCount;
  limit += AT_ONCE;
  render();
  list.children[from]?.querySelector("h2 a").focus();
});
const file = element("input", { type: "file", accept: ".json,application/json", "aria-label": "Bring in a list from a JSON file" });
file.addEventListener("change", async () => {
  const [chosen] = file.files;
  if (chosen) tell(await bringIn(chosen));
  file.value = "";
});

async function bringIn(chosen) {
  if (chosen.size > LARGEST_FILE) return "The file is larger than a reading list can be: nothing was changed.";
  const { papers, refused, whole } = readList(await chosen.text());
  if (!papers.length) return "The file holds no reading list: nothing was changed.";
  const there = papers.filter(({ id }) => readingList.has(id)).length;
  const left = readingList.do({ do: "merge", added: papers });
  const parts = [`${counted(papers.length - there - left, "paper")} added`];
  if (there) parts.push(`${there.toLocaleString("en")} there already`);
  if (left) parts.push(`${left.toLocaleString("en")} left out, for a list holds ${MOST.toLocaleString("en")}`);
  if (refused) parts.push(`${refused.toLocaleString("en")} not understood`);
  if (!whole) parts.push("the file is damaged, and what could be read of it was taken");
  if (!readingList.isKept) parts.push("the browser keeps nothing for this site: the list is there until you leave the page");
  return `${parts.join("; ")}.`;
}

async function share() {
  const url = new URL("reading-list/", ROOT).href + toFragment(readingList.papers.slice(0, MOST_SHARED).map(({ id }) => id));
  const most = readingList.papers.length > MOST_SHARED ? ` It carries the first ${MOST_SHARED}.` : "";
  try {
    await navigator.clipboard.writeText(url);
    tell(`A link to this list was copied: it carries the papers, and neither notes nor what was read.${most}`);
  } catch {
    // No clipboard for us: the link itself, to be copied by hand.
    const field = element("input", { type: "text", readonly: true, value: url, "aria-label": "Link to this list" });
    tools.querySelector(".link")?.remove();
    tools.append(element("p", { class: "link" }, field));
    field.select();
  }
}

/* How long the reader waits before the page says what it is doing, in milliseconds. */
const PATIENCE = 500;

async function takeAlong({ label, file: name, type, text, cites }) {
  if (!cites) {
    download(name, type, text(readingList.papers));
    return;
  }
  let slow = false;
  const telling = setTimeout(() => {
    slow = true;
    tell("Looking up all authors, on the papers’ pages…");
  }, PATIENCE);
  const named = await withEveryName(readingList.papers);
  const gone = await withdrawals();
  const papers = named.map((paper) => ({ ...paper, withdrawn: gone.has(paper.id) }));
  clearTimeout(telling);
  download(name, type, text(papers));
  const cut = papers.filter((paper) => namesOf(paper).more).length;
  if (cut) tell(`${counted(cut, "paper")} of the ${label} file ${cut === 1 ? "names" : "name"} only the first authors: the others could not be looked up.`);
  else if (slow) tell(`The ${label} file is complete.`);
}

function buildTools() {
  const filter = Object.entries(SHOWN).map(([which, label]) => button(label, () => showOnly(which), { "data-show": which }));
  const exports = EXPORTS.map((format) => button(format.label, () => takeAlong(format), { "aria-label": `Download as ${format.label}` }));
  tools.replaceChildren(
    element("div", { class: "choice", role: "group", "aria-label": "Show" }, ...filter),
    element("details", { class: "taking" }, element("summary"),
      element("div", { class: "out" }, element("h2", {}, "Download"), element("p", {}, ...exports),
        element("h2", {}, "Share"), element("p", {}, button("Copy a link", share))),
      element("div", {}, element("h2", {}, "Bring in a JSON file"), element("p", {}, file))),
  );
  // Beside the list there is room for it, and nothing below that it would push away.
  tools.querySelector(".taking").open = matchMedia("(width >= 60em)").matches;
}

const EMPTY = {
  all: "Nothing is saved yet. Every paper has a bookmark: press it, and the paper stands here.",
  unread: "Everything here is read.",
  read: "Nothing here is read yet.",
};

function renderAside() {
  const texts = readingList.aside;
  if (!texts.length) return [];
  return [
    element(
      "div",
      { class: "editor damaged" },
      element("p", {}, "Part of a saved list could not be read. What could be read is below; the text itself was put aside."),
      button("Download it", () => download("reading-list-aside.txt", "text/plain", texts.join("\n\n"))),
      button("Throw it away", () => readingList.forgetAside()),
    ),
  ];
}

function render() {
  if (fromFragment(location.hash)) return;
  const all = readingList.papers;
  const shown = all.filter(isShown);
  const unread = all.filter(({ read }) => !read).length;
  count.textContent = all.length ? `${counted(all.length, "paper")}, ${unread.toLocaleString("en")} unread` : "Kept in this browser, and nowhere else";
  // Of an empty list nothing can be chosen or taken along.
  for (const part of tools.querySelectorAll(".choice, .out")) part.hidden = !all.length;
  tools.querySelector("summary").textContent = all.length ? "Take it with you" : "Bring a list in";
  for (const choice of tools.querySelectorAll("[data-show]")) choice.setAttribute("aria-pressed", String(choice.dataset.show === showing()));
  const there = new Map([...list.children].map((card) => [card.dataset.id, card]));
  const cards = shown.slice(0, limit).map((paper, at) => {
    const card = there.get(paper.id) ?? ownCard(paper);
    bringUpToDate(card, paper, at, at === shown.length - 1);
    return card;
  });
  place(cards);
  more.hidden = shown.length <= limit;
  undo.replaceChildren(...(undone ? [`Removed: ${undone.paper.title} `, button("Undo", restore)] : []));
  const empty = shown.length ? [] : [element("p", { class: "empty" }, EMPTY[all.length ? showing() : "all"])];
  const parts = [...renderAside(), undo, saying, ...empty, list, more];
  if (parts.length !== sheet.childElementCount || parts.some((part, at) => part !== sheet.children[at])) sheet.replaceChildren(...parts);
  if (all.length) learning ??= learn();
}

/* The cards in their order, without taking the one that has the focus out of the page. */
function place(cards) {
  for (const card of [...list.children]) if (!cards.includes(card)) card.remove();
  cards.forEach((card, at) => {
    if (list.children[at] !== card) list.insertBefore(card, list.children[at] ?? null);
  });
}

// A list that somebody shared.

const pages = new Map();

/* The paper of an identifier, from its own page; null where the library has none. */
function fetched(id) {
  const load = async () => {
    const paper = await paperAt(new URL(paperFrom(id).path, ROOT));
    return paper && paperFrom(paper);
  };
  if (!pages.has(id)) pages.set(id, load().catch(() => null));
  return pages.get(id);
}

const cardOf = (paper) => element("li", { class: "card", "data-id": paper.id }, ...head(paper));

async function showShared(ids) {
  const mine = location.hash;
  const carried = ids.slice(0, MOST_SHARED);
  const cards = new Map(carried.map((id) => [id, cardOf(paperFrom(id))]));
  const known = new Map();
  const saveAll = button("Save all", () => {
    const added = carried.filter((id) => known.has(id)).map((id) => ({ ...known.get(id), added: new Date().toISOString() }));
    tellSaving(readingList.do({ do: "save", added }));
    saveAll.textContent = "Saved";
  });
  saveAll.disabled = true;
  count.textContent = `Somebody shared ${counted(carried.length, "paper")} with you`;
  tools.replaceChildren(element("p", {}, saveAll), element("p", {}, element("a", { href: new URL("reading-list/", ROOT).href }, "Your own list")));
  const empty = element("p", { class: "empty" }, "The link carries no paper.");
  sheet.replaceChildren(carried.length ? element("ol", { class: "cards compact" }, ...cards.values()) : empty);
  if (carried.length) learning ??= learn();
  const waiting = [...carried];
  const work = async () => {
    for (let id = waiting.shift(); id && mine === location.hash; id = waiting.shift()) {
      const own = readingList.papers.find((paper) => paper.id === id);
      const paper = own ?? (await fetched(id));
      if (mine !== location.hash) return;
      if (paper) known.set(id, paper);
      const card = paper ? cardOf({ ...paper, id }) : missing(id);
      cards.get(id).replaceWith(card);
      if (paper) markWithdrawn(card);
      cards.set(id, card);
    }
  };
  await Promise.all(Array.from({ length: 4 }, work));
  if (mine !== location.hash) return;
  saveAll.disabled = known.size === 0;
  if (known.size < carried.length) count.textContent += `; ${known.size.toLocaleString("en")} of them in this library`;
}

function missing(id) {
  const source = upstream(id);
  const title = source ? element("a", { href: source }, id) : id;
  return element("li", { class: "card" }, element("h2", {}, title), element("p", { class: "by" }, "Not in this library"));
}

function showPage() {
  const shared = fromFragment(location.hash);
  page.querySelector("h1").textContent = shared ? "A shared list" : "Reading list";
  if (shared) showShared(shared);
  else {
    buildTools();
    render();
  }
}

readingList.addEventListener("change", render);
addEventListener("hashchange", showPage);
addEventListener("popstate", render);
showPage();
