/* A reading list as text and as papers, and what can be done to one: pure functions.
 *
 * A paper of a list is {id, title, authors, date, path, added, read, note}: all texts but `read`, which is true or false.
 * `authors` are as a card shows them ("A, B and 3 more"), `date` is that of the first version, and `path` leads to the
 * paper's page from the site's root. It has a `key`, that of its citations, where its identifier alone does not give that.
 */

import { isIdentifier, keyOf, pagePath } from "./identifiers.js";

export const FORMAT = 1;
export const MOST = 2000;
export const LONGEST_NOTE = 10_000;
const LONGEST_LINE = 500;

/* What brings a list of one format to the next, by the format it comes from. Format 0 has no envelope: it is a bare array
   of identifiers or papers, as people write by hand. */
const MIGRATIONS = [(list) => ({ papers: list })];

const line = (value) => (typeof value === "string" ? value.replace(/[\s\x00-\x1f\x7f-\x9f\ufffe\uffff]+/g, " ").trim().slice(0, LONGEST_LINE) : "");
const matching = (pattern, value) => (typeof value === "string" && pattern.test(value) ? value : "");
const noteOf = (value) =>
  typeof value === "string" ? value.replace(/\r\n?/g, "\n").replace(/[\x00-\x08\x0b-\x1f\x7f-\x9f\ufffe\uffff]/g, "").slice(0, LONGEST_NOTE) : "";

/* An address from elsewhere may lead to a page below papers/ and nowhere else: what has a host, a query, a fragment or a
   way up in it is another text than the path that a browser makes of it. */
function safePath(path, id) {
  const base = new URL("https://site.invalid/root/");
  const asIs = typeof path === "string" && URL.canParse(path, base) && new URL(path, base).pathname === base.pathname + path;
  return asIs && path.startsWith("papers/") && path.length <= LONGEST_LINE ? path : pagePath(id);
}

/** A paper of whatever somebody kept or sent, or null where it names none. */
export function paperFrom(value) {
  const given = typeof value === "string" ? { id: value } : value;
  if (typeof given !== "object" || given === null || !isIdentifier(given.id)) return null;
  const id = given.id;
  const key = matching(/^(?:arXiv|doi|paper):[a-z0-9._/+-]{1,600}$/, given.key);
  return {
    id,
    ...(key && key !== keyOf(id) && { key }),
    title: line(given.title) || id,
    authors: line(given.authors),
    date: matching(/^\d{4}-\d\d-\d\d$/, given.date),
    path: safePath(given.path, id),
    added: matching(/^\d{4}-\d\d-\d\dT[\d:.]{5,15}Z$/, given.added),
    read: Boolean(given.read),
    note: noteOf(given.note),
  };
}

/** What a text says of a list.
 *
 * `papers` are those that could be understood; `extra` is what a later format has besides, by name and by paper, and is
 * kept when the list is written again; `refused` counts papers that could not be understood, and `whole` is false where
 * the text itself is damaged.
 */
export function readList(text) {
  const [parsed, whole] = parse(text);
  let list = Array.isArray(parsed) ? parsed : typeof parsed === "object" && parsed ? parsed : {};
  const format = Array.isArray(list) ? 0 : Number.isInteger(list.format) ? list.format : FORMAT;
  for (const migrate of MIGRATIONS.slice(format)) list = migrate(list);
  const { papers: entries, format: _, ...others } = list;
  const papers = new Map();
  const extra = new Map();
  let refused = 0;
  for (const entry of Array.isArray(entries) ? entries : []) {
    const paper = paperFrom(entry);
    if (!paper) refused++;
    else if (!papers.has(paper.id)) {
      papers.set(paper.id, paper);
      const unknown = typeof entry === "object" ? Object.entries(entry).filter(([name]) => name !== "key" && !(name in paper)) : [];
      if (unknown.length) extra.set(paper.id, Object.fromEntries(unknown));
    }
  }
  return {
    papers: [...papers.values()],
    refused,
    whole: whole && Array.isArray(entries),
    extra: { format: Math.max(format, FORMAT), others, papers: extra },
  };
}

function parse(text) {
  if (text === null) return [[], true];
  try {
    return [JSON.parse(text), true];
  } catch {
    return [[...salvaged(text)], false];
  }
}

/* Of a text that was cut off or written over, every object that is whole and has an identifier. */
function* salvaged(text) {
  const objects = /\{\s*"id"\s*:(?:"(?:[^"\\]|\\.)*"|[^"{}])*\}/g;
  for (const [object] of text.matchAll(objects)) {
    try {
      yield JSON.parse(object);
    } catch {
      // Not whole.
    }
  }
}

/** A list as text, with what was there besides. */
export function writeList(papers, { format = FORMAT, others = {}, papers: extra = new Map() } = {}) {
  return JSON.stringify({ format, ...others, papers: papers.map((paper) => ({ ...paper, ...extra.get(paper.id) })) });
}

const STEPS = {
  /* New papers come first, in their order, as many as there is room for; those that are there stay as they are. */
  save: (papers, { added }) => {
    const there = new Set(papers.map(({ id }) => id));
    return [...added.filter(({ id }) => !there.has(id)).slice(0, Math.max(MOST - papers.length, 0)), ...papers];
  },
  /* What somebody brings is added behind, and completes what is there without changing it. */
  merge: (papers, { added }) => {
    const brought = new Map(added.map((paper) => [paper.id, paper]));
    const there = new Set(papers.map(({ id }) => id));
    const newcomers = added.filter(({ id }) => !there.has(id));
    return [...papers.map((paper) => completed(paper, brought.get(paper.id))), ...newcomers].slice(0, Math.max(MOST, papers.length));
  },
  remove: (papers, { id }) => papers.filter((paper) => paper.id !== id),
  restore: (papers, { paper, before }) =>
    papers.some(({ id }) => id === paper.id) ? papers : inserted(papers, paper, before),
  mark: (papers, { id, read }) => papers.map((paper) => (paper.id === id ? { ...paper, read } : paper)),
  note: (papers, { id, note }) => papers.map((paper) => (paper.id === id ? { ...paper, note: noteOf(note) } : paper)),
  move: (papers, { id, before }) => {
    const paper = papers.find((other) => other.id === id);
    return paper ? inserted(papers.filter((other) => other.id !== id), paper, before) : papers;
  },
};

function inserted(papers, paper, before) {
  const at = papers.findIndex(({ id }) => id === before);
  return at < 0 ? [...papers, paper] : papers.toSpliced(at, 0, paper);
}

function completed(paper, other) {
  if (!other) return paper;
  const filled = { ...paper, read: paper.read || other.read };
  if (paper.title === paper.id) filled.title = other.title;
  for (const name of ["authors", "date", "added"]) filled[name] ||= other[name];
  if (other.key) filled.key ??= other.key;
  if (other.note && !paper.note.includes(other.note)) filled.note = noteOf([paper.note, other.note].filter(Boolean).join("\n\n"));
  return filled;
}

/** The papers after one step, such as {do: "mark", id, read}. */
export const applied = (papers, step) => STEPS[step.do](papers, step);
