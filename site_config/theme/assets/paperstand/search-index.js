/* Finding papers: what a query means, and what Pagefind's index has for it. Touches no page. */

export const PAGE = 10;
/* Pagefind's time grows with the papers found times the places of the words. Where more papers than these match one word, or
   half as many two words, only the newest are ranked (site_config/search.py marks them with the filter `recent`). */
const MOST = 2000;

/* What a field of metadata adds where it has a query's words, beside the ranking by title and abstract (BM25). Small: Pagefind
   1.5 counts every word that begins like one of the query's, and cubes the sum. */
const RANKING = {
  metaWeights: { title: 0, authors: 1, also: 1, id: 9, keywords: 0, organization: 1, day: 0 },
  termSimilarity: 4,
  pageLength: 0.3,
};
/* What a paper gains that has the words of a query side by side, by where it has them: whoever gives a whole name wants that
   person's papers before all others. */
const SIDE_BY_SIDE = { authors: 1e6, also: 1e6, organization: 6, text: 1.5 };
/* Less: the last name of one author and the first name of the next stand side by side, too. */
const REVERSED = { authors: 1e3, also: 1e3 };

/* Words that are in every abstract: they find nothing and cost most. */
export const STOP_WORDS = new Set(
  "a an and are as at be by can for from has in into is it its of on or our that the these this to via we which with".split(" "),
);
const LETTERS = { ø: "o", ł: "l", đ: "d", ð: "d", ħ: "h", ı: "i", ß: "ss", æ: "ae", œ: "oe", þ: "th" };
const BETWEEN_CJK = /(?<=[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff])(?=[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff])/g;

export const fold = (text) =>
  text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase().replace(/[øłđðħıßæœþ]/g, (letter) => LETTERS[letter]);

export const wordsOf = (text) => fold(text).match(/[\p{L}\p{N}]+/gu) ?? [];

/** The identifier that a text names, be it bare, with a version, or in an address; else null. As scraper/identifiers.py has it. */
export function identifierIn(text) {
  // As arXiv prints it in a paper's margin: "arXiv:2511.08567v1 [cs.LG] 12 Nov 2025".
  let name = text.trim().replace(/\s*\[[\w.-]+\].*$/s, "");
  // A page of this site, or of another that is made like it.
  const page = /^(?:https?:\/\/)?[^\s\/?#]+(?:\/[^\s?#]*)?\/papers\/(?!doi\/)([^\s?#]+?)(?:\/(?:index\.html)?)?(?:[?#]\S*)?$/i.exec(name);
  const address = /^(?:https?:\/\/)?(?:[\w-]+\.)*(?:arxiv\.org|huggingface\.co|hf\.co|alphaxiv\.org|doi\.org)\/(.+)$/i.exec(name);
  if (address) {
    name = address[1].replace(/[?#].*$/, "").replace(/\/+$/, "");
    try {
      name = decodeURIComponent(name);
    } catch {
      return null;
    }
    name = name
      .replace(/^(?:[a-z]{2}\/)?(?:abs|pdf|html|format|ps|src|e-print|papers|overview)\//i, "")
      .replace(/\.(?:pdf|md)$/i, "");
  } else if (page) {
    name = page[1];
  }
  name = name.replace(/^(?:arxiv[\s:]+|doi\s*:\s*)/i, "").replace(/^10\.48550\/arxiv\./i, "");
  const number = /^(\d{4}\.\d{4,5})(?:v\d+)?$/.exec(name);
  if (number) return number[1];
  const old = /^([a-z-]{2,9})(?:\.[a-z-]{2,9})?\/(\d{7})(?:v\d+)?$/i.exec(name);
  if (old) return `${old[1].toLowerCase()}/${old[2]}`;
  return /^10\.\d{4,9}\/\S+$/.test(name) ? name.toLowerCase() : null;
}

/** What to ask Pagefind for: it indexes "object-centric" as one word and as two, and people write it both ways. */
function asked(query) {
  const separated = (by) =>
    query.replace(/[^\p{L}\p{M}\p{N}\s]+/gu, by).replace(BETWEEN_CJK, " ").trim().split(/\s+/).filter(Boolean);
  const telling = (words) => {
    const rest = words.filter((word) => !STOP_WORDS.has(word.toLowerCase()));
    return rest.length ? rest : words;
  };
  const joined = telling(separated(""));
  const [first, ...rest] = separated("");
  return {
    variants: [...new Set([joined.join(" "), telling(separated(" ")).join(" ")])].filter(Boolean),
    phrase: joined.length > 1 ? [first, ...rest].join(" ") : "",
    // "Curie, Marie"
    reversed: [...rest, first].join(" "),
  };
}

/** The index below an address; `load` may be called again after it failed. */
export class Index {
  #base;
  #program = null;
  #failures = 0;

  constructor(base) {
    this.#base = base;
  }

  /** Load Pagefind, once. */
  load() {
    this.#program ??= this.#import().catch((error) => {
      this.#program = null;
      this.#failures++;
      throw error;
    });
    return this.#program;
  }

  async #import() {
    const address = (name) => new URL(`pagefind/${name}`, this.#base).href;
    // A browser may remember that a module could not be had: each further try needs an address of its own.
    const again = this.#failures ? `?try=${this.#failures}` : "";
    const [entry, program] = await Promise.all([
      fetch(address("pagefind-entry.json"), { cache: "no-cache" }),
      import(address(`pagefind.js${again}`)),
    ]);
    if (!entry.ok) throw new Error(`no index: ${entry.status}`);
    await program.options({ ranking: RANKING });
    try {
      // Asks for nothing, and fails where Pagefind could not start.
      await program.search("");
    } catch (error) {
      await program.destroy();
      throw error;
    }
    return program;
  }

  /** Forget what was loaded: the next question loads the index as it is then. */
  async renew() {
    const old = this.#program;
    this.#program = null;
    // One that could not be loaded leaves nothing to end.
    await old?.then((program) => program.destroy(), () => {});
  }

  /** What a query finds: `{identifier, total, partial, results}`; a result's `data()` gives its contents. */
  async find(query) {
    const loading = this.load();
    const answer = await this.#ask(query, await loading);
    if (answer.total) return answer;
    // Pagefind takes a part of the index that could not be had for an empty one, and keeps it; each deploy gives the parts
    // new names. So that "nothing" is true, ask the index as it is now.
    if (this.#program === loading) await this.renew();
    return this.#ask(query, await this.load());
  }

  async #ask(query, program) {
    const identifier = identifierIn(query);
    const { variants, phrase, reversed } = identifier
      ? { variants: [identifier.replace(/[^\p{L}\p{N}]/gu, "")], phrase: "", reversed: "" }
      : asked(query);
    const found = new Map();
    let total = 0;
    let partial = false;
    for (const words of variants) {
      const answer = await bounded(program, words);
      total = Math.max(total, answer.total);
      partial ||= answer.partial;
      for (const result of answer.results) {
        const known = found.get(result.id);
        if (!known || known.score < result.score) found.set(result.id, result);
      }
    }
    if (phrase && found.size) {
      const gains = new Map();
      for (const words of new Set([phrase, reversed])) {
        const answer = await program.search(`"${words}"`, partial ? { filters: { recent: "yes" } } : {});
        for (const { id, matchedMetaFields } of answer.results) {
          const gained = (matchedMetaFields ?? ["text"]).map((field) => (words === phrase ? SIDE_BY_SIDE : REVERSED)[field] ?? 1);
          gains.set(id, Math.max(gains.get(id) ?? 1, ...gained));
        }
      }
      for (const [id, gain] of gains) if (found.has(id)) found.get(id).score *= gain;
    }
    const results = [...found.values()].sort((one, other) => other.score - one.score);
    if (identifier) return { identifier, partial: false, ...(await named(results.slice(0, PAGE), identifier)) };
    return { identifier, exact: null, partial, total: Math.max(total, found.size), results };
  }
}

async function bounded(program, words) {
  const newest = await program.search(words, { filters: { recent: "yes" } });
  const total = newest.unfilteredResultCount;
  const enough = total > MOST / words.split(" ").length && newest.results.length >= PAGE;
  if (enough || newest.results.length === total) return { results: newest.results, total, partial: enough };
  return { results: (await program.search(words)).results, total, partial: false };
}

/** The paper of an identifier first, then those that mention it. Pagefind also gives what begins with the same digits. */
async function named(results, identifier) {
  const contents = await Promise.all(results.map((result) => result.data()));
  const is = ({ meta }) => meta.id.split(" ").includes(identifier);
  const exact = results.find((_, at) => is(contents[at])) ?? null;
  const others = results.filter((_, at) => !is(contents[at]) && contents[at].content.toLowerCase().includes(identifier));
  const kept = exact ? [exact, ...others] : others;
  return { exact, total: kept.length, results: kept };
}
