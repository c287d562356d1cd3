/* What is new since the reader's last visit.
 *
 * `recent.json` has the papers of the last days. Those of the first visit count as seen; whatever comes later is new until
 * the reader opens it or says that it is seen. A first visit asks for nothing: the home page itself says what is not new.
 * Neither do other pages: they know what the last visit to the home page found.
 */

import { element, shortDate } from "./elements.js";
import { paperFrom } from "./saved-papers.js";
import { recall, remember, ROOT, watch } from "./storage.js";

const NAME = "visits";

/* {seen, fresh}: identifiers of recent papers, and after a first visit `before`, the day before which all count as seen;
 * null before the first visit, or where it cannot be read. */
function readVisits() {
  const texts = (value) => (Array.isArray(value) ? value.filter((id) => typeof id === "string") : []);
  try {
    const kept = JSON.parse(recall(NAME));
    if (!kept || typeof kept !== "object") return null;
    return { seen: new Set(texts(kept.seen)), fresh: new Set(texts(kept.fresh)), before: typeof kept.before === "string" ? kept.before : "" };
  } catch {
    return null;
  }
}

const keep = ({ seen, fresh, before }) =>
  remember(NAME, JSON.stringify({ format: 1, seen: [...seen], fresh: [...fresh], ...(before && { before }) }));

function markSeen(ids) {
  const visits = readVisits();
  if (!visits || !ids.some((id) => visits.fresh.has(id))) return;
  for (const id of ids) if (visits.fresh.delete(id)) visits.seen.add(id);
  keep(visits);
  show();
}

/** The recent papers compared with what the reader has seen. */
function compared(recent, visits) {
  const [seen, fresh] = [new Set(), new Set()];
  for (const { id, featured } of recent) (visits.seen.has(id) || featured < visits.before ? seen : fresh).add(id);
  return { seen, fresh };
}

/** A first visit: seen is what stands on the home page, and whatever was listed on a day before that. */
function begun() {
  const [, day = ""] = /daily\/(\d{4}-\d\d-\d\d)\/$/.exec(home.querySelector("h1 a")?.href ?? "") ?? [];
  const cards = home.querySelectorAll(".sheet > .cards > .card[data-id]");
  return { seen: new Set([...cards].map((card) => card.dataset.id)), fresh: new Set(), before: day };
}

function markCards(fresh) {
  for (const card of document.querySelectorAll(".card[data-id]")) {
    const mark = card.querySelector(".new");
    if (!fresh.has(card.dataset.id)) mark?.remove();
    else if (!mark) card.querySelector("h2")?.prepend(element("span", { class: "new", title: "New since your last visit" }, element("span", {}, "New: ")));
  }
}

// The home page: a button where something is new, and behind it the queue.

const home = document.querySelector(".ps-home, .ps-day:has(h1 a[href])");
let recent = [];
let opener = null;
let queue = null;

/* 13 Nov: all of these are of the last days. */
const dayAndMonth = (day) => shortDate(day).slice(0, -5);

function entry(paper) {
  const seen = element("button", { type: "button", class: "seen", "aria-label": `Seen: ${paper.title}`, onclick: () => dismiss(paper.id) }, "Seen");
  return element(
    "li",
    { class: "card", "data-id": paper.id, ...(paper.key && { "data-key": paper.key }) },
    element("h2", { dir: "auto" }, element("a", { href: new URL(paper.path, ROOT).href }, paper.title)),
    ...(paper.authors ? [element("p", { class: "by" }, element("bdi", {}, paper.authors))] : []),
    element(
      "ul",
      { class: "facts" },
      element(
        "li",
        {},
        "Featured ",
        element("time", { datetime: paper.featured }, dayAndMonth(paper.featured)),
        ...(paper.date ? [" · submitted ", element("time", { datetime: paper.date }, paper.date.slice(0, 4) === paper.featured.slice(0, 4) ? dayAndMonth(paper.date) : shortDate(paper.date))] : []),
      ),
      element("li", {}, seen),
    ),
  );
}

/* Whoever says "seen" goes on with the next paper. */
function dismiss(id) {
  const cards = [...queue.querySelectorAll(".card")];
  const at = cards.findIndex((card) => card.dataset.id === id);
  const next = cards[at + 1] ?? cards[at - 1];
  markSeen([id]);
  (next?.isConnected ? next.querySelector(".seen") : home.querySelector("h1 a")).focus();
}

function toggleQueue(open) {
  queue.hidden = !open;
  opener.setAttribute("aria-expanded", String(open));
}

function buildQueue() {
  const all = element("button", { type: "button", onclick: () => {
    markSeen(recent.map(({ id }) => id));
    home.querySelector("h1 a").focus();
  } }, "Mark all as seen");
  queue = element("section", { class: "queue", id: "new", "aria-labelledby": "new-heading", hidden: true },
    element("h2", { id: "new-heading" }, "New since your last visit"), element("p", {}, all), element("ol", { class: "cards compact" }));
  opener = element("button", { type: "button", class: "news", "aria-controls": "new" });
  opener.addEventListener("click", () => {
    toggleQueue(queue.hidden);
    // The button may be in sight where the queue's place is not.
    if (!queue.hidden) queue.scrollIntoView({ block: "nearest" });
  });
  home.querySelector(".masthead").append(opener);
  home.querySelector(".sheet").prepend(queue);
  toggleQueue(location.hash === "#new");
}

function showQueue(fresh) {
  const papers = recent.filter(({ id }) => fresh.has(id));
  if (!papers.length) {
    opener?.remove();
    queue?.remove();
    [opener, queue] = [null, null];
    return;
  }
  if (!queue) buildQueue();
  opener.replaceChildren(`${papers.length.toLocaleString("en")} new`, element("span", {}, " since your last visit"));
  const list = queue.querySelector("ol");
  const there = new Map([...list.children].map((card) => [card.dataset.id, card]));
  list.replaceChildren(...papers.map((paper) => there.get(paper.id) ?? entry(paper)));
}

function show() {
  const fresh = readVisits()?.fresh ?? new Set();
  if (home) showQueue(fresh);
  markCards(fresh);
}

async function visit() {
  const visits = readVisits();
  if (!visits) {
    keep(begun());
    return;
  }
  const answer = await fetch(new URL("recent.json", ROOT));
  if (!answer.ok) {
    answer.body?.cancel();
    return;
  }
  const { papers } = await answer.json();
  recent = papers.flatMap((paper) => {
    const understood = paperFrom(paper);
    return understood && /^\d{4}-\d\d-\d\d$/.test(paper.featured) ? [{ ...understood, featured: paper.featured }] : [];
  });
  keep(compared(recent, readVisits() ?? visits));
  show();
}

const own = document.querySelector(".ps-paper[data-id]");
if (own) markSeen([own.dataset.id]);
show();
watch(NAME, show);
// Not being able to tell what is new breaks nothing.
if (home) visit().catch(() => {});
