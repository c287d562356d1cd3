// Where a paper stands in the list that its reader came from, and the way to its neighbours there.
//
// The list is the page that the address names (?from=daily/2026-08-21/), or else the one that led here; then the address
// gets to name it, so that it lasts when the page is loaded again, opened in a new tab, or sent to somebody.
import { element } from "./elements.js";
import { nameCards } from "./naming.js";
import { matches, ordered } from "./ordering.js";

const root = new URL("../../", import.meta.url);
const article = document.querySelector(".ps-paper[data-id]");

/** An address of this site that may be a list's, or null: it comes from outside. */
const asList = (address) => {
  const list = URL.parse(address, root);
  const isOurs = list?.href.startsWith(root.href) && !list.href.startsWith(`${root.href}papers/`);
  if (isOurs) list.hash = "";
  return isOurs ? list : null;
};

const origin = () => {
  const told = new URLSearchParams(location.search).get("from");
  if (told !== null) return asList(told);
  return document.referrer ? asList(document.referrer) : null;
};

const load = async (list) => {
  const answer = await fetch(list.origin + list.pathname);
  if (!answer.ok) {
    await answer.body?.cancel(); // what nobody reads keeps the connection busy
    throw new Error(`${list.pathname}: ${answer.status}`);
  }
  return new DOMParser().parseFromString(await answer.text(), "text/html");
};

/** The list's papers in the order in which its reader saw them: each with its page and its title. */
const papersOf = (page, list) => {
  nameCards(page);
  const cards = [...page.querySelectorAll(".sheet > .cards > .card[data-id]")];
  const query = list.searchParams.get("q")?.trim() ?? "";
  const seen = ordered(cards, list.searchParams.get("sort") ?? "").filter((card) => !query || matches(card, query));
  return seen.flatMap((card) => {
    const link = card.querySelector("h2 > a[href]");
    const address = link && URL.parse(link.getAttribute("href"), list.origin + list.pathname);
    if (!address?.href.startsWith(`${root.href}papers/`)) return [];
    return [{ id: card.dataset.id, address, title: link.textContent }];
  });
};

const nameOf = (page) => {
  const heading = page.querySelector("h1").cloneNode(true);
  for (const kicker of heading.querySelectorAll(".kicker")) kicker.remove();
  return heading.textContent.trim();
};

/** The home page is another day's tomorrow, so that day's own page stands for it. */
const lasting = (page, list) => {
  const own = page.querySelector(".ps-day .masthead h1 a[href]");
  if (!own) return list;
  const lasts = new URL(own.getAttribute("href"), list.origin + list.pathname);
  lasts.search = list.search;
  return lasts;
};

const state = (list) => {
  const kept = new URL(list);
  for (const name of [...kept.searchParams.keys()]) if (name !== "sort" && name !== "q") kept.searchParams.delete(name);
  return kept;
};

const withOrigin = (address, list) => {
  const from = encodeURIComponent(state(list).href.slice(root.href.length)).replaceAll("%2F", "/");
  const changed = new URL(address);
  changed.searchParams.delete("from");
  changed.search += `${changed.search ? "&" : "?"}from=${from}`;
  return changed;
};

const link = (paper, list, rel, name) =>
  paper
    ? element("a", { href: withOrigin(paper.address, list), rel, title: paper.title.trim() }, name)
    : element("span");

const show = (papers, position, list, name) => {
  article.append(
    element(
      "nav",
      { class: "place", "aria-label": `Papers in ${name}` },
      link(papers[position - 1], list, "prev", "Previous"),
      element("p", {}, `${position + 1} of ${papers.length} in `, element("a", { href: list }, name)),
      link(papers[position + 1], list, "next", "Next"),
    ),
  );
};

const from = origin();
if (from) {
  const page = await load(from).catch(() => null);
  const papers = page ? papersOf(page, from) : [];
  const position = papers.findIndex((paper) => paper.id === article.dataset.id);
  if (position >= 0) {
    const list = state(lasting(page, from));
    history.replaceState(history.state, "", withOrigin(location.href, list));
    show(papers, position, list, nameOf(page));
  }
}
