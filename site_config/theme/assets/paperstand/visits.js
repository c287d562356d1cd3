/* What is new since the reader's last visit.
 *
 * `recent.json` has the papers of the last days. Those of the first visit count as seen; whatever comes later is new until
 * the reader opens it or says that it is seen. Pages other than the home page ask for nothing: they know what the last
 * visit to the home page found.
 */

import { element, shortDate } from "./elements.js";
import { paperFrom } from "./saved-papers.js";
import { recall, remember, ROOT, watch } from "./storage.js";

const NAME = "visits";

/* {seen, fresh}: identifiers of recent papers; null before the first visit, or where it cannot be read. */
function readVisits() {
  const texts = (value) => (Array.isArray(value) ? value.filter((id) => typeof id === "string") : []);
  try {
    const kept = JSON.parse(recall(NAME));
    return kept && typeof kept === "object" ? { seen: new Set(texts(kept.seen)), fresh: new Set(texts(kept.fresh)) } : null;
  } catch {
    return null;
  }
}

const keep = ({ seen, fresh }) => remember(NAME, JSON.stringify({ format: 1, seen: [...seen], fresh: [...fresh] }));

function markSeen(ids) {
  const visits = readVisits();
  if (!visits || !ids.some((id) => visits.fresh.has(id))) return;
  for (const id of ids) if (visits.fresh.delete(id)) visits.seen.add(id);
  keep(visits);
  show();
}

/** The recent papers compared with what the reader has seen: all of them are, at the first visit. */
function compared(recent, visits) {
  const ids = recent.map(({ id }) => id);
  const seen = new Set(ids.filter((id) => !visits || visits.seen.has(id)));
  return { seen, fresh: new Set(ids.filter((id) => !seen.has(id))) };
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

function entry(paper) {
  const seen = element("button", { type: "button", class: "seen", "aria-label": `Seen: ${paper.title}`, onclick: () => dismiss(paper.id) }, "Seen");
  return element(
    "li",
    { class: "card", "data-id": paper.id },
    element("h2", { dir: "auto" }, element("a", { href: new URL(paper.path, ROOT).href }, paper.title)),
    ...(paper.authors ? [element("p", { class: "by" }, element("bdi", {}, paper.authors))] : []),
    element(
      "ul",
      { class: "facts" },
      element("li", {}, "Featured ", element("time", { datetime: paper.featured }, shortDate(paper.featured))),
      ...(paper.date ? [element("li", {}, "submitted ", element("time", { class: "submitted", datetime: paper.date }, shortDate(paper.date)))] : []),
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
  // Where nothing can be kept every visit is the first one.
  keep(compared(recent, readVisits()));
  show();
}

const own = document.querySelector(".ps-paper[data-id]");
if (own) markSeen([own.dataset.id]);
show();
watch(NAME, show);
// Not being able to tell what is new breaks nothing.
if (home) visit().catch(() => {});
