/* Every author of the papers that are to be cited: a card names a few and counts the others, a paper's own page names all. */

import { namesOf } from "./exports.js";
import { namesAt } from "./on-page.js";
import { ROOT } from "./storage.js";

const AT_ONCE = 4;
const LONGEST_WAIT = 10_000;

const known = new Map();

async function lookUp(paper) {
  const names = await namesAt(new URL(paper.path, ROOT), paper.id, AbortSignal.timeout(LONGEST_WAIT));
  if (names.length) known.set(paper.id, names);
}

const isIncomplete = (paper) => {
  const { names, more } = namesOf(paper);
  return more > 0 || !names.length;
};

/** The papers with all their `names`, where those had to be looked up and could be. Never throws. */
export async function withEveryName(papers) {
  const waiting = papers.filter((paper) => isIncomplete(paper) && !known.has(paper.id));
  const work = async () => {
    for (let paper = waiting.shift(); paper; paper = waiting.shift()) {
      try {
        await lookUp(paper);
      } catch {
        // No line, or a very slow one: the next paper would wait as long.
        waiting.length = 0;
      }
    }
  };
  if (navigator.onLine) await Promise.all(Array.from({ length: AT_ONCE }, work));
  return papers.map((paper) => (isIncomplete(paper) && known.has(paper.id) ? { ...paper, names: known.get(paper.id) } : paper));
}
