/* What was found, in words and as nodes: what a paper says reaches the page as text nodes only. */

import { upstream } from "./identifiers.js";
import { tellsSomething } from "./search-query.js";
import { runs } from "./search-words.js";

/* Words of an excerpt. */
const EXCERPT = 34;
export const EMPTY = "There are no papers in this library yet.";

export function element(name, attributes = {}, ...children) {
  const node = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  node.append(...children);
  return node;
}

export const papersIn = (number) => `${number.toLocaleString("en")} ${number === 1 ? "paper" : "papers"}`;
export const addressOf = ({ id, path }, base) => new URL(path ?? `papers/${id}/`, base).href;
export const longDate = (day) =>
  new Date(`${day}T00:00:00Z`).toLocaleDateString("en-GB", { day: "numeric", month: "long", year: "numeric", timeZone: "UTC" });

const WORDS = /([\p{L}\p{M}\p{N}]+)/u;
const CJK = /((?<=[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff])|(?=[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]))/u;

const isHit = (piece, words) => runs(piece).some((run) => words.has(run.compound) || run.words.some((word) => words.has(word)));

/** A piece without spaces: marked as one where its compound was found, else word by word; never its punctuation. */
function markedPiece(piece, words) {
  const [run] = runs(piece);
  if (!run) return [piece];
  if (run.compound && words.has(run.compound)) {
    const [, before, core, after] = /^([^\p{L}\p{N}]*)(.*?)([^\p{L}\p{N}]*)$/su.exec(piece);
    return [before, element("mark", {}, core), after];
  }
  const parts = piece.split(WORDS).flatMap((part, at) => (at % 2 ? part.split(CJK) : [part]));
  return parts.map((part) => (part && isHit(part, words) ? element("mark", {}, part) : (part ?? "")));
}

/** Text as nodes in which the words that were found are marked. */
export const marked = (text, words) => text.split(/(\s+)/).flatMap((piece, at) => (at % 2 ? [piece] : markedPiece(piece, words)));

/** The piece of the abstract with most of the words found, as nodes. */
export function excerpt(abstract, words, length = EXCERPT) {
  const pieces = abstract.split(/\s+/);
  const hits = pieces.flatMap((piece, place) => (isHit(piece, words) ? [place] : []));
  const among = (from) => hits.filter((place) => place >= from && place < from + length).length;
  const best = hits.reduce((best, place) => (among(place) > among(best) ? place : best), hits[0] ?? 0);
  const from = best < length / 2 ? 0 : Math.max(0, Math.min(best - 4, pieces.length - length));
  const shown = pieces.slice(from, from + length).join(" ");
  return [from ? "… " : "", ...marked(shown, words), from + length < pieces.length ? " …" : ""];
}

/* Milliseconds that a result stands before more of its paper is asked for: whoever types on has no use for it. */
const STANDS = 250;

/** The abstract of the paper with this address, as its Markdown twin has it: below the front matter. */
async function abstractAt(address) {
  const answer = await fetch(new URL("index.md", address));
  if (!answer.ok) {
    answer.body?.cancel(); // what nobody reads keeps the connection busy
    return "";
  }
  return (await answer.text()).replace(/^---\n.*?\n---\n/s, "").trim();
}

/**
 * Put an excerpt of a paper's abstract into an element. The index has the beginning; where none of the words is in that, a
 * piece that has some follows, in the same room, if it can be had.
 */
export function putExcerpt(into, paper, words, base, length = EXCERPT) {
  into.append(...excerpt(paper.abstract, words, length));
  if (!paper.abstract.endsWith("…") || !words.size || into.querySelector("mark")) return into;
  setTimeout(async () => {
    const abstract = into.isConnected ? await abstractAt(addressOf(paper, base)).catch(() => "") : "";
    if (!into.isConnected || !excerpt(abstract, words, length).some(({ nodeName }) => nodeName === "MARK")) return;
    const room = into.offsetHeight;
    into.style.minHeight = `${room}px`;
    do into.replaceChildren(...excerpt(abstract, words, length--));
    while (into.offsetHeight > room && length > 8);
  }, STANDS);
  return into;
}

/** The first authors and those who were looked for, however far down the list. */
export function authorNodes(authors, words, first = 3) {
  const wanted = (name) => runs(name).some((run) => run.words.some((part) => part.length > 2 && words.has(part)));
  const shown = [...authors.slice(0, first), ...authors.slice(first).filter(wanted).slice(0, 2)];
  const rest = authors.length - shown.length;
  return [...shown.flatMap((name, at) => [at ? ", " : "", ...marked(name, words)]), rest ? ` and ${rest.toLocaleString("en")} more` : ""];
}

/** What is said of an answer, above its results: a text, or an element where it has a link. */
export function summary({ identifier, exact, papers, missing, common }) {
  const total = papers.length;
  if (identifier && !exact) {
    const absent = `${identifier} is not in this library`;
    const said = total ? `${absent}, but ${papersIn(total)} ${total === 1 ? "mentions" : "mention"} it.` : `${absent}.`;
    const elsewhere = upstream(identifier);
    return elsewhere ? element("span", {}, `${said} `, element("a", { href: elsewhere }, "Open it at its source")) : said;
  }
  if (common && !total) return "These words are in nearly every paper. Add another.";
  const lacked = missing.map((word) => `‘${word}’`).join(" or ");
  if (!total) return lacked ? `Nothing has ${lacked}.` : "No paper has all of these words.";
  return lacked ? `Nothing has ${lacked}. Nearest:` : papersIn(total);
}

/** What is said where there is nothing to search for. */
export const unasked = (query) => (query.trim() && !tellsSomething(query) ? "Type one more letter." : "");

/** That the index could not be had, a second try, and the way to every paper. */
export function failure(base, again) {
  const retry = element("button", { type: "button" }, "Try again");
  retry.addEventListener("click", again);
  const archive = element("a", { href: new URL("archive/", base).href }, "browse the archive");
  return ["The search index could not be loaded. ", retry, " or ", archive, "."];
}
