/* The dates that a page says of its papers in words: they are not said a second time for programs, as there are so many. */

/** What a card says first below its title: its dates. A line on an author's or a keyword's page says nothing else. */
export const firstFact = (card) => (card.querySelector(".facts > li") ?? card.querySelector(".facts"))?.textContent ?? "";

const DATE = /(\d{1,2}) (Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*(?: (\d{4}))?/g;
const MONTHS = DATE.source.match(/[A-Z][a-z]{2}/g);

/** The last date of a text, 2025-04-01 for "10 May 2025 · submitted 1 Apr", or "": where it says no year, that of the one before. */
export function lastDate(text) {
  let [last, year] = ["", ""];
  for (const [, day, month, ownYear] of text.matchAll(DATE)) {
    year = ownYear ?? year;
    last = year && `${year}-${String(MONTHS.indexOf(month) + 1).padStart(2, "0")}-${day.padStart(2, "0")}`;
  }
  return last;
}
