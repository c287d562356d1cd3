/* What a query means. Touches no page and no index. */

import { runs } from "./search-words.js";

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

/** What an identifier may be that `identifierIn` cannot tell from words: the beginning of an arXiv number, or a slug. */
export function maybeIdentifier(text) {
  const name = text.trim().toLowerCase();
  return /^(?:\d{4}\.\d+|[a-z0-9]+(?:-[a-z0-9]+)+)$/.test(name) ? name : null;
}

/** A query in parts: quoted phrases as the reader wrote them, and the rest. A quote that nobody closed is none. */
export function partsOf(query) {
  const phrases = [];
  const rest = query.replace(/["“”„]([^"“”„]+)["“”„]/g, (_, phrase) => {
    phrases.push(phrase.trim());
    return " ";
  });
  return { phrases: phrases.filter(Boolean), rest: rest.replace(/["“”„]/g, " ").replace(/\s+/g, " ").trim() };
}

/**
 * What to look up: `pieces` are words (`{words, compound}`: a compound is found written as one or as several), `phrases` are
 * lists of words side by side.
 */
export function meaning(query) {
  const { phrases, rest } = partsOf(query);
  return {
    pieces: runs(rest).filter(({ words }) => words.length > 1 || words[0].length > 1 || !/[\x00-\u02ff]/.test(words[0])),
    phrases: phrases.map((phrase) => runs(phrase).flatMap(({ words }) => words)),
  };
}

/** Whether there is enough to look for: one letter is in every paper, and one Chinese character is a word. */
export const tellsSomething = (query) => /[\p{L}\p{N}].*[\p{L}\p{N}]|[^\x00-\u02ff]/su.test(query);

const quoted = (text) => `'${text.replace(/'/g, "''")}'`;
const plainLine = (text) => text.replace(/[\p{C}\s]+/gu, " ").trim();

/** A query as a topic for site.yml, in YAML; null where it says nothing. `rules` are lists that narrow down without words. */
export function topicOf(query, { categories = [], organizations = [] } = {}) {
  const { phrases, rest } = partsOf(plainLine(query));
  const keywords = [...new Set([...phrases, rest].map(plainLine).filter((text) => /[\p{L}\p{N}]/u.test(text)))];
  const rules = keywords.length ? { keywords } : { categories, organizations };
  const [first] = Object.values(rules).flat();
  if (!first) return null;
  const name = plainLine(first[0].toUpperCase() + first.slice(1));
  const lines = [`- name: ${quoted(name)}`];
  if (!/[a-z]/i.test(name.normalize("NFKD"))) lines.push("  slug: my-topic");
  for (const [key, values] of Object.entries(rules)) if (values.length) lines.push(`  ${key}: [${values.map(quoted).join(", ")}]`);
  return `${lines.join("\n")}\n`;
}
