// The orders in which a page can show its cards, and the words that find one. Nothing here changes a page.
import { firstFact, lastDate } from "./dates.js";

export const orders = new Map([
  ["", "As listed"],
  ["upvotes", "Most upvotes"],
  ["date", "Newest first"],
  ["title", "Title, A to Z"],
]);

const alphabet = new Intl.Collator("en", { numeric: true });
const besideTitles = ".by, .note, .abstract, .topics";
const searched = `h2, ${besideTitles}`;
// A longer text has no word near its end that anybody looks for, and a page may have a hundred of them.
const longest = 20_000;

const votes = (card) => {
  const shown = card.querySelector(".votes");
  return shown ? Number(shown.textContent.replace(/\D/g, "")) : -1;
};
// The first fact has the dates, and the last of them is that of submission.
const date = (card) => lastDate(firstFact(card));
const title = (card) => card.querySelector("h2").textContent;

const values = {
  upvotes: [votes, (one, other) => other - one],
  date: [date, (one, other) => (one < other ? 1 : one > other ? -1 : 0)],
  title: [title, alphabet.compare],
};

/** Whether the cards say more of their papers than the title; the lines of an author's or a keyword's page do not. */
export const sayMoreThanTitles = (cards) => cards.some((card) => card.querySelector(besideTitles));
export const haveVotes = (cards) => cards.some((card) => card.querySelector(".votes"));

/** The cards in an order; cards that are equal in it stay as they were. */
export const ordered = (cards, order) => {
  if (!values[order]) return [...cards];
  const [of, compare] = values[order];
  const known = new Map(cards.map((card) => [card, of(card)]));
  return [...cards].sort((one, other) => compare(known.get(one), known.get(other)));
};

/** Text as it is compared: without accents, and without the difference between capitals and small letters. */
export const plain = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();

const texts = new WeakMap();
const text = (card) => {
  if (!texts.has(card)) {
    const parts = [...card.querySelectorAll(searched)].map((part) => part.textContent.slice(0, longest));
    texts.set(card, plain([card.dataset.id, ...parts].join("\n")));
  }
  return texts.get(card);
};

/** Whether each word of the query stands somewhere in the card. */
export const matches = (card, query) => plain(query).split(/\s+/).every((word) => text(card).includes(word));
