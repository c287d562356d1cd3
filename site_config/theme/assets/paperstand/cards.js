// Sort a page of cards, and filter it by typing. The state is in the address: ?sort=upvotes&q=slots
import { counted, element } from "./elements.js";
import { haveVotes, matches, ordered, orders, sayMoreThanTitles } from "./ordering.js";

const wait = 150; // ms; Safari lets a page change its address a hundred times in thirty seconds

const lists = [...document.querySelectorAll(".sheet > .cards")]
  .map((list) => ({ list, cards: [...list.children].filter((card) => card.matches(".card[data-id]")) }))
  .filter(({ cards }) => cards.length);
const all = lists.flatMap(({ cards }) => cards);

// The filter looks at what the page shows of its papers, and says so where that is not what a card shows.
const looked = sayMoreThanTitles(all) ? "paper" : "title";
const filter = element("input", {
  type: "search",
  placeholder: `Filter ${counted(all.length, looked)}`,
  "aria-label": `Filter the ${looked}s of this page`,
  autocomplete: "off",
  spellcheck: "false",
  enterkeyhint: "done",
});
const status = element("output", { class: "found" });
const sort = element("select", { "aria-label": "Sort the papers of this page" });
for (const [order, name] of orders) {
  if (order !== "upvotes" || haveVotes(all)) sort.append(new Option(name, order));
}
const again = element("button", { type: "button" }, "Show all");
const said = element("span");
const nothing = element("p", { class: "empty", hidden: true }, said, " ", again);
const form = element(
  "form",
  { class: "arrange", role: "search", "aria-label": "This page" },
  element("span", { class: "filter" }, filter, status),
  sort,
);

let shownOrder = "";
const show = () => {
  const query = filter.value.trim();
  if (sort.value !== shownOrder) {
    for (const { list, cards } of lists) list.append(...ordered(cards, sort.value));
    shownOrder = sort.value;
  }
  let found = 0;
  for (const card of all) {
    card.hidden = query !== "" && !matches(card, query);
    if (!card.hidden) found += 1;
  }
  status.textContent = query ? `${found} of ${all.length}` : "";
  nothing.hidden = found > 0;
  said.textContent = `No ${looked} on this page has “${query}”.`;
};

const restore = () => {
  const state = new URLSearchParams(location.search);
  filter.value = state.get("q") ?? "";
  sort.value = state.get("sort") ?? "";
  if (sort.selectedIndex < 0) sort.value = "";
  show();
};

const keep = () => {
  const address = new URL(location.href);
  for (const [name, value] of [["sort", sort.value], ["q", filter.value.trim()]]) {
    if (value) address.searchParams.set(name, value);
    else address.searchParams.delete(name);
  }
  if (address.href !== location.href) history.replaceState(history.state, "", address);
};

let later;
const change = () => {
  show();
  clearTimeout(later);
  later = setTimeout(keep, wait);
};
filter.addEventListener("input", change);
sort.addEventListener("change", change);
form.addEventListener("submit", (event) => event.preventDefault());
again.addEventListener("click", () => {
  filter.value = "";
  change();
  filter.focus();
});
filter.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || !filter.value) return;
  event.preventDefault();
  filter.value = "";
  change();
});
// The address is written a moment after the last key; a reader may leave before.
addEventListener("pagehide", keep);
addEventListener("popstate", restore);
addEventListener("pageshow", (event) => event.persisted && restore());

lists[0].list.before(form);
lists.at(-1).list.after(nothing);
restore();
