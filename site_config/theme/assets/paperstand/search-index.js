/* Finding papers in the index that site_config/search/ writes; its docstrings are the format. Touches no page. */

import { identifierIn, maybeIdentifier, meaning } from "./search-query.js";
import { isCjk, runs } from "./search-words.js";

export const PAGE = 10;

/* A word means also the words that begin with it, where the files with all of these have no more bytes than this. */
const MOST_BYTES = 200_000;
/* What a word counts that only begins like the one asked for, or has another ending. */
const ENDING = 0.85;
const beginning = (more) => 0.5 / (1 + 0.25 * (more - 1));
/* What a name counts beside a word of the text, and what a paper gains one of whose authors has the whole name. */
const NAME = 0.6;
const WHOLE_NAME = 1000;
/* English endings, the longer ones first: "rewards", "rewarded" and "rewarding" find each other. */
const ENDINGS = ["ations", "ation", "ings", "ing", "ers", "er", "ies", "ied", "ed", "es", "ly", "y", "s", "e", ""];

/** The word's other forms, as far as English endings go. */
function forms(word) {
  if (!/^[a-z]{4,}$/.test(word)) return [];
  const ending = ENDINGS.find((ending) => word.endsWith(ending) && word.length - ending.length >= (ending === "s" || ending === "" ? 3 : 4));
  const stem = word.slice(0, word.length - ending.length);
  const stems = /([b-df-hj-np-tv-z])\1$/.test(stem) && stem.length > 4 ? [stem, stem.slice(0, -1)] : [stem];
  return stems.flatMap((stem) => ENDINGS.map((ending) => stem + ending)).filter((form) => form !== word);
}

class Bytes {
  constructor(bytes, at = 0) {
    this.bytes = bytes;
    this.at = at;
  }

  number() {
    let [value, unit] = [0, 1];
    for (;;) {
      const byte = this.bytes[this.at++];
      if (byte === undefined) throw new Error("a file of the index is cut short");
      value += (byte & 127) * unit;
      if (byte < 128) return value;
      unit *= 128;
    }
  }
}

/** One file of words. */
class Terms {
  constructor(bytes) {
    const head = new Bytes(bytes);
    const count = head.number();
    const decoder = new TextDecoder();
    this.bytes = bytes;
    this.words = new Array(count);
    this.papers = new Uint32Array(count);
    this.authors = new Uint32Array(count);
    this.textsAt = new Uint32Array(count);
    this.namesAt = new Uint32Array(count);
    this.placesAt = new Uint32Array(count);
    let [before, lists, places] = ["", 0, 0];
    for (let at = 0; at < count; at++) {
      const shared = head.number();
      const size = head.number();
      before = before.slice(0, shared) + decoder.decode(bytes.subarray(head.at, head.at + size));
      head.at += size;
      this.words[at] = before;
      this.papers[at] = head.number();
      this.textsAt[at] = lists;
      lists += head.number();
      this.authors[at] = head.number();
      this.namesAt[at] = lists;
      lists += head.number();
      this.placesAt[at] = places;
      places += head.number();
    }
    if (head.at + lists !== bytes.length) throw new Error("a file of the index is not whole");
    for (let at = 0; at < count; at++) {
      this.textsAt[at] += head.at;
      this.namesAt[at] += head.at;
    }
  }

  /** Where the first word stands that is not before this one. */
  from(word) {
    let [low, high] = [0, this.words.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.words[middle] < word) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  eachText(at, use) {
    const list = new Bytes(this.bytes, this.textsAt[at]);
    for (let [left, paper] = [this.papers[at], 0]; left; left--) {
      paper += list.number();
      use(paper, this.bytes[list.at++]);
    }
  }

  eachName(at, use) {
    const list = new Bytes(this.bytes, this.namesAt[at]);
    for (let [left, paper] = [this.authors[at], 0]; left; left--) {
      paper += list.number();
      use(paper, list.number());
    }
  }

  /** A word's places in each paper, by the paper. */
  places(at, bytes) {
    const [found, list] = [new Map(), new Bytes(bytes, this.placesAt[at])];
    this.eachText(at, (paper) => {
      const places = [];
      for (let [left, place] = [list.number(), 0]; left; left--) places.push((place += list.number()));
      found.set(paper, places);
    });
    return found;
  }
}

/** One published index: a page never mixes two. Every method fails where a file cannot be had. */
class Edition {
  #folder;
  #files = new Map();

  constructor(folder, entry) {
    this.#folder = new URL(`${entry.version}/`, folder);
    this.version = entry.version;
    this.size = entry.papers;
    this.votesKind = entry.votes;
    this.stop = new Set(entry.stop);
    this.block = entry.block;
    this.firsts = entry.firsts;
    this.sizes = entry.sizes;
  }

  #file(path, read) {
    let file = this.#files.get(path);
    if (!file) {
      file = fetch(new URL(path, this.#folder)).then(async (answer) => {
        if (!answer.ok) throw new Error(`no ${path}: ${answer.status}`);
        return read(new Response(answer.body.pipeThrough(new DecompressionStream("deflate"))));
      });
      this.#files.set(path, file);
      file.catch(() => this.#files.delete(path));
    }
    return file;
  }

  #bytes(path, read = (bytes) => bytes) {
    return this.#file(path, async (unpacked) => read(new Uint8Array(await unpacked.arrayBuffer())));
  }

  terms(chunk) {
    return this.#bytes(`terms/${chunk}.bin`, (bytes) => new Terms(bytes));
  }

  places(chunk) {
    return this.#bytes(`places/${chunk}.bin`);
  }

  /** The file in which a word stands, if any has it. */
  chunkOf(word) {
    let [low, high] = [0, this.firsts.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.firsts[middle] <= word) low = middle + 1;
      else high = middle;
    }
    return Math.max(0, low - 1);
  }

  /** What results show of papers, by their numbers. */
  contents(papers) {
    return Promise.all(
      [...papers].map(async (paper) => {
        const block = await this.#file(`papers/${Math.floor(paper / this.block)}.bin`, (unpacked) => unpacked.json());
        return block[paper % this.block];
      }),
    );
  }

  /** The facets: for each its values with `{name, label, papers}`. */
  facets() {
    return this.#bytes("facets.bin", (bytes) => {
      const end = bytes.indexOf(10);
      const line = JSON.parse(new TextDecoder().decode(bytes.subarray(0, end)));
      let at = end + 1;
      const facets = Object.entries(line).map(([facet, values]) => [
        facet,
        values.map(([name, label, count, size]) => {
          const [papers, list] = [new Uint32Array(count), new Bytes(bytes, at)];
          for (let [paper, index] = [0, 0]; index < count; index++) papers[index] = paper += list.number();
          if (list.at !== (at += size)) throw new Error("facets.bin is not whole");
          return { name, label, papers };
        }),
      ]);
      return new Map(facets);
    });
  }

  /** By how much each paper was received. */
  votes() {
    return this.#bytes("votes.bin", (bytes) => {
      const [votes, list] = [new Uint32Array(this.size), new Bytes(bytes)];
      for (let paper = 0; paper < votes.length; paper++) votes[paper] = list.number();
      return votes;
    });
  }

  /** The words of the index that a word means, as `{terms, at, word, close}`; what begins alike only where that is little. */
  async meant(word, { alike = true } = {}) {
    const own = [word, ...(alike ? forms(word) : [])];
    const chunks = new Set(own.map((form) => this.chunkOf(form)));
    const [first, last] = [this.chunkOf(word), this.chunkOf(`${word}\uffff`)];
    const size = this.sizes.slice(first, last + 1).reduce((sum, size) => sum + size, 0);
    const begins = alike && word.length > 1 && (first === last || size <= MOST_BYTES);
    if (begins) for (let chunk = first; chunk <= last; chunk++) chunks.add(chunk);
    const loaded = await Promise.all([...chunks].map(async (chunk) => ({ chunk, terms: await this.terms(chunk) })));
    const found = new Map();
    const add = (part, at, close) => {
      const other = part.terms.words[at];
      if (!(found.get(other)?.close >= close)) found.set(other, { ...part, at, word: other, close });
    };
    for (const part of loaded) {
      const { words } = part.terms;
      for (const form of own) {
        const at = part.terms.from(form);
        if (words[at] === form) add(part, at, form === word ? 1 : ENDING);
      }
      if (begins) {
        for (let at = part.terms.from(word); words[at]?.startsWith(word); at++) {
          if (words[at] !== word) add(part, at, beginning(words[at].length - word.length));
        }
      }
    }
    return [...found.values()];
  }

  /** The word's nearest: what begins with as many of its letters as any word does, and with more than half of them. */
  async nearest(word) {
    const terms = await this.terms(this.chunkOf(word));
    for (let length = word.length - 1; length > Math.max(2, word.length / 2); length--) {
      const start = word.slice(0, length);
      const found = [];
      for (let at = terms.from(start); terms.words[at]?.startsWith(start); at++) {
        found.push({ terms, chunk: this.chunkOf(word), at, word: terms.words[at], close: 0.3 });
      }
      if (found.length) return found;
    }
    return [];
  }

  rarity(papers) {
    return Math.log(1 + (this.size - papers + 0.5) / (papers + 0.5));
  }

  /** The papers that an identifier names: one or none, or with `begins` all whose identifiers begin so. */
  async named(identifier, { begins = false } = {}) {
    const word = `=${identifier}`;
    const terms = await this.terms(this.chunkOf(word));
    const papers = [];
    for (let at = terms.from(word); begins ? terms.words[at]?.startsWith(word) : terms.words[at] === word; at++) {
      terms.eachText(at, (paper) => papers.push(paper));
    }
    return papers;
  }

  /** The papers in which words stand side by side in the text, or all in one author's name. */
  async side(phrase) {
    const telling = phrase.map((word, place) => ({ word, place })).filter(({ word }) => !this.stop.has(word));
    const lists = await Promise.all(
      telling.map(async ({ word, place }) => {
        const [list] = await this.meant(word, { alike: false });
        return list && { ...list, place, places: list.terms.places(list.at, await this.places(list.chunk)) };
      }),
    );
    const papers = new Set();
    if (!lists.length || !lists.every(Boolean)) return papers;
    const [first, ...rest] = lists;
    for (const [paper, places] of first.places) {
      const follows = (place) =>
        rest.every((other) => other.places.get(paper)?.includes(place + other.place - first.place));
      if (places.some(follows)) papers.add(paper);
    }
    const whole = 2 ** lists.length - 1;
    for (const [author, mask] of names(lists.map((list) => [list]))) if (mask === whole) papers.add(Math.floor(author / AUTHORS));
    return papers;
  }
}

const AUTHORS = 8192;

/** For each author that has a word of these: which of them, a bit for each. */
function names(groups) {
  const masks = new Map();
  groups.forEach((lists, bit) => {
    for (const { terms, at } of lists) {
      terms.eachName(at, (paper, author) => {
        const key = paper * AUTHORS + Math.min(author, AUTHORS - 1);
        masks.set(key, (masks.get(key) ?? 0) | (1 << bit));
      });
    }
  });
  return masks;
}

/** Every paper's score for a query, 0 where it lacks one of the words: `{scores, missing, words, common}`. */
async function ranked(edition, query) {
  const { pieces, phrases } = meaning(query);
  const asked = [];
  for (const { words, compound } of pieces) {
    if (!compound) asked.push({ said: words[0], ways: [words] });
    else asked.push({ said: words.join("-"), ways: [words.filter((word) => word.length > 1 || isCjk(word)), [compound]] });
  }
  const sides = await Promise.all(phrases.map((phrase) => edition.side(phrase)));
  for (const phrase of phrases) for (const word of phrase) asked.push({ said: word, ways: [[word]], exact: true });
  const telling = asked.filter(({ ways }) => ways.some((words) => words.some((word) => !edition.stop.has(word))));

  const missing = [];
  const words = new Set();
  let scores = null;
  const groups = [];
  const answers = await Promise.all(
    telling.map(({ ways, exact }) =>
      Promise.all(
        ways.map((way) =>
          Promise.all(way.filter((word) => !edition.stop.has(word)).map((word) => edition.meant(word, { alike: !exact }))),
        ),
      ),
    ),
  );
  for (const [position, { said, ways }] of telling.entries()) {
    // A piece is there as its parts, all of them, or as its compound.
    const parts = answers[position].map((way) => way.map((lists) => weighed(edition, lists)).reduce(both));
    let one = parts.reduce(either);
    if (isEmpty(one)) {
      missing.push(said);
      const near = await edition.nearest(ways.at(-1)[0]);
      one = weighed(edition, near);
      for (const { word } of near) words.add(word);
      if (isEmpty(one)) continue;
    }
    for (const lists of answers[position].flat()) {
      groups.push(lists);
      for (const { word } of lists) words.add(word);
    }
    scores = scores ? both(scores, one) : one;
  }
  scores ??= new Float32Array(edition.size);
  for (const papers of sides) scores = scores.map((score, paper) => (papers.has(paper) ? score : 0));
  // Whoever gives a whole name wants that person's papers first, in whichever order the names stand.
  const few = asked.filter(({ ways }) => edition.stop.has(ways[0][0]) && ways[0].length === 1);
  const stops = await Promise.all(few.map(({ ways }) => edition.meant(ways[0][0], { alike: false })));
  const all = [...groups.filter((lists) => lists.some(({ terms, at }) => terms.authors[at])), ...stops];
  const asking = groups.length + stops.length;
  if (asking > 1 && all.length > 1 && all.length < 31) {
    const compounds = telling.filter(({ ways }) => ways.length > 1).length;
    for (const [author, mask] of names(all)) {
      const paper = Math.floor(author / AUTHORS);
      const had = bits(mask);
      if (had > 1 && had >= asking - compounds && scores[paper]) scores[paper] += WHOLE_NAME;
    }
  }
  return { scores, missing, words, common: asked.length > 0 && !telling.length };
}

function bits(mask) {
  let count = 0;
  for (; mask; mask &= mask - 1) count++;
  return count;
}

/** For each paper what the best of these words counts in it, or 0. */
function weighed(edition, lists) {
  const scores = new Float32Array(edition.size);
  const rarityOf = ({ terms, at }) => edition.rarity(terms.papers[at] + terms.authors[at]);
  const exact = lists.find(({ close }) => close === 1);
  // A rare word that only begins like the one asked for counts no more than that one; where that one is none, no more than
  // the most common of them: whoever has typed "world mod" means models more likely than moduli.
  const most = exact ? rarityOf(exact) : Math.min(...lists.map(rarityOf));
  for (const list of lists) {
    const { terms, at, close } = list;
    const weight = close * Math.min(rarityOf(list), most);
    terms.eachText(at, (paper, counts) => {
      const score = (weight * counts) / 255;
      if (score > scores[paper]) scores[paper] = score;
    });
    terms.eachName(at, (paper) => {
      if (weight * NAME > scores[paper]) scores[paper] = weight * NAME;
    });
  }
  return scores;
}

const both = (one, other) => one.map((score, paper) => (score && other[paper] ? score + other[paper] : 0));
const either = (one, other) => one.map((score, paper) => Math.max(score, other[paper]));
const isEmpty = (scores) => scores.every((score) => !score);

function papersOf(scores) {
  const papers = [];
  for (let paper = 0; paper < scores.length; paper++) if (scores[paper]) papers.push(paper);
  return papers;
}

/** Which papers are left of `papers` when narrowed down, and how many each value would leave, were it (also) chosen. */
function narrowed(facets, chosen, papers, size) {
  // A bit for each facet that leaves a paper out: a value counts the papers that no other facet leaves out.
  const out = new Uint32Array(size).fill(1 << 30);
  for (const paper of papers) out[paper] = 0;
  const names = [...facets.keys()];
  names.forEach((facet, bit) => {
    const wanted = chosen.get(facet);
    if (!wanted?.size) return;
    const has = new Uint8Array(size);
    for (const { name, papers } of facets.get(facet)) if (wanted.has(name)) for (const paper of papers) has[paper] = 1;
    for (const paper of papers) if (!has[paper]) out[paper] |= 1 << bit;
  });
  const counts = new Map(
    names.map((facet, bit) => [
      facet,
      facets.get(facet).map(({ name, label, papers }) => {
        let count = 0;
        for (const paper of papers) if (!(out[paper] & ~(1 << bit))) count++;
        return { name, label, count };
      }),
    ]),
  );
  return { papers: papers.filter((paper) => !out[paper]), counts };
}

/** Papers by what each of them has most of, the newer first among equals. */
function byMost(papers, of, size) {
  // One number a paper, which a typed array sorts many times faster than a function that compares two.
  const keys = Float64Array.from(papers, (paper) => of(paper) * size + paper).sort().reverse();
  return Array.from(keys, (key) => key % size);
}

async function ordered(edition, papers, scores, sort) {
  if (sort === "upvotes" && edition.votesKind) {
    const votes = await edition.votes();
    return byMost(papers, (paper) => votes[paper], edition.size);
  }
  const byScore = sort !== "date" && scores;
  return byMost(papers, byScore ? (paper) => Math.round(scores[paper] * 1e4) : () => 0, edition.size);
}

/** The index below an address. */
export class Index {
  #folder;
  #edition = null;

  constructor(base) {
    this.#folder = new URL("search-index/", base);
  }

  /** Load what every search needs, once; after a failure it is `find` that begins anew. */
  load() {
    return (this.#edition ??= this.#load());
  }

  async #load() {
    return new Edition(this.#folder, await this.#entry());
  }

  async #entry() {
    const answer = await fetch(new URL("entry.json", this.#folder), { cache: "no-cache" });
    if (!answer.ok) throw new Error(`no index: ${answer.status}`);
    return answer.json();
  }

  /** Forget what was loaded: the next question loads the index as it is then. */
  renew() {
    this.#edition = null;
  }

  /**
   * What a query finds. `chosen` has sets of values by facet, `sort` is relevance, date or upvotes, `facets` asks for counts,
   * `shown` is how many contents to load.
   *
   * Gives `{identifier, exact, papers, contents, missing, words, common, counts, votesKind, more}`; `more(from, count)` loads
   * further contents. Fails where the index cannot be had.
   */
  async find(query, wishes = {}) {
    try {
      const answer = await this.#find(query, wishes);
      if ((answer.papers.length && !answer.missing.length) || (await this.#isCurrent())) return answer;
    } catch {
      // Whoever publishes the site anew takes the old index away: ask the one that is there now.
    }
    this.renew();
    return this.#find(query, wishes);
  }

  /** Whether the index that was loaded is still the one that is published: else "nothing" may not be true any more. */
  async #isCurrent() {
    const [edition, entry] = await Promise.all([this.load(), this.#entry()]);
    return edition.version === entry.version;
  }

  async #find(query, { chosen = new Map(), sort = "relevance", facets = false, shown = PAGE } = {}) {
    const edition = await this.load();
    const answer = await found(edition, query);
    let { papers, scores } = answer;
    let counts = null;
    if (facets || [...chosen.values()].some((values) => values.size)) {
      ({ papers, counts } = narrowed(await edition.facets(), chosen, papers, edition.size));
    }
    if (!answer.identifier) papers = await ordered(edition, papers, scores, sort);
    const more = (from, count) => edition.contents(papers.slice(from, from + count));
    return { ...answer, papers, counts, votesKind: edition.votesKind, contents: await more(0, shown), more };
  }
}

async function found(edition, query) {
  const nothing = { identifier: null, exact: false, missing: [], words: new Set(), common: false, scores: null };
  if (!query.trim()) return { ...nothing, papers: Array.from({ length: edition.size }, (_, paper) => paper) };
  const identifier = identifierIn(query);
  const named = identifier ? await edition.named(identifier) : [];
  if (identifier) {
    const words = new Set(runs(identifier).map(({ words, compound }) => compound || words.join("")));
    const mentions = await edition.meant([...words].join(""), { alike: false });
    const others = papersOf(weighed(edition, mentions)).filter((paper) => !named.includes(paper)).reverse();
    return { ...nothing, identifier, exact: named.length > 0, words, papers: [...named, ...others] };
  }
  const maybe = maybeIdentifier(query);
  const begun = maybe ? await edition.named(maybe, { begins: /^\d/.test(maybe) }) : [];
  const answer = await ranked(edition, query);
  for (const paper of begun) answer.scores[paper] = 2 * WHOLE_NAME;
  if (begun.length) answer.missing = [];
  return { ...nothing, ...answer, papers: papersOf(answer.scores) };
}
