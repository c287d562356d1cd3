// What a page can do beyond showing itself, loaded by what is on it. Without scripts everything is still there to read.

// Every page listens to keys, and from the moment that it has loaded: what is pressed earlier than heard is lost.
import "./search.js";
import "./keys.js";
import { nameCards } from "./naming.js";

nameCards(document);

const parts = [
  [".sheet > .cards > .card[data-id]:nth-child(5)", "./cards.js"],
  [".ps-paper[data-id]", "./place.js"],
  [".ps-paper[data-id]", "./copy.js"],
  [".talk[data-repo]", "./comments.js"],
  [".keep, .card[data-id], .ps-paper[data-id]", "./save.js"],
  [".ps-day, .ps-home, .ps-paper[data-id], .card[data-id]", "./visits.js"],
  [".ps-keep", "./reading-list.js"],
  ["[data-search-page]", "./search-page.js"],
  ['a[href$=".bib.gz"], a[href$=".ris.gz"], a[href$=".csl.json.gz"]', "./unpack.js"],
];

for (const [selector, module] of parts) {
  if (document.querySelector(selector)) import(module);
}
