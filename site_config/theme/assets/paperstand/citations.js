/* A paper as RIS and CSL-JSON: pure functions. They write what site_config/citing/ writes; a test compares the two.
 *
 * A work is {id, key, title, names, more, date, notes}: `names` are its authors as people say them, `more` is how many
 * others there are, `date` is "2025-11-13" or as much of that as is known, `notes` are texts.
 */

import { isArxiv, isDoi, upstream } from "./identifiers.js";

const SUFFIX = /^(?:(?:Jr|Sr)\.?|I{2,3}|IV)$/i;
const BEFORE_SUFFIX = /,\s*(?=(?:Jr|Sr)\.?$|I{2,3}$|IV$)/;
const GROUP =
  /\b(?:Teams?|Collaborations?|Consortium|Group|Project|Initiative|Labs?|Laboratory|Institute|University|Foundation|Research|Inc|Network|Community|Contributors|Committee|Authors|Technologies|Technology|Alliance|Organization)\b|[\d:,;@&/()]|\band\b|\bet al\b|\bfor the\b/i;
const LARGE_PARTICLES = new Set("Van Von De Der Den Del Della Di Da Dos Du Le La Ter Ten El Al".split(" "));
const BETWEEN_FAMILY_NAMES = new Set(["y", "i", "e"]);

const isSmall = (word) => /^\p{Ll}/u.test(word) && [...word].length > 1 && !word.includes(".");
const isParticle = (word) => isSmall(word) || LARGE_PARTICLES.has(word);

function familyStart(words) {
  for (let place = 1; place < words.length - 1; place++) {
    if (BETWEEN_FAMILY_NAMES.has(words[place]) && place > 1) return place - 1;
    if (isParticle(words[place])) return place;
  }
  return words.length - 1;
}

/** A name in its parts {family, given, particle, suffix}; that of a group, or of one word, is `family` alone. */
export function splitName(shown) {
  const name = shown.replace(BEFORE_SUFFIX, " ");
  const words = name.split(" ");
  if (words.length < 2 || GROUP.test(name)) return { family: shown, given: "", particle: "", suffix: "" };
  const suffix = words.length > 2 && SUFFIX.test(words.at(-1)) ? words.pop() : "";
  const start = familyStart(words);
  let end = start;
  while (end < words.length - 1 && isParticle(words[end])) end++;
  const text = (...range) => words.slice(...range).join(" ");
  return { family: text(end), given: text(0, start), particle: text(start, end), suffix };
}

const others = ({ more }) => (more ? `and ${more.toLocaleString("en")} more author${more === 1 ? "" : "s"}` : "");
const notesOf = (work) => [others(work), ...work.notes].filter(Boolean);
const inOneLine = (text) => text.replace(/\s+/g, " ").trim();

function risName({ family, given, particle, suffix }) {
  const whole = `${particle} ${family}`.trim();
  // A comma would end the family name.
  return given ? [whole, given, suffix].filter(Boolean).join(", ") : whole.replaceAll(",", "");
}

function reference(work) {
  const [year = ""] = work.date.split("-");
  const lines = [
    ["TY", isArxiv(work.id) ? "UNPB" : "GEN"],
    ["ID", work.key],
    ["TI", work.title],
    ...work.names.map((name) => ["AU", risName(splitName(name))]),
    ["PY", year],
    ["DA", work.date.replaceAll("-", "/")],
    ["PB", isArxiv(work.id) && "arXiv"],
    ["DO", isDoi(work.id) && work.id],
    ["UR", upstream(work.id)],
    ...notesOf(work).map((note) => ["N1", note]),
  ];
  const written = lines.filter(([, value]) => value).map(([tag, value]) => `${tag}  - ${inOneLine(value)}\r\n`);
  return `${written.join("")}ER  - \r\n`;
}

function cslName({ family, given, particle, suffix }) {
  if (!given) return { literal: family };
  return { family, given, ...(particle && { "non-dropping-particle": particle }), ...(suffix && { suffix }) };
}

function object(work) {
  const notes = notesOf(work).join("\n");
  return {
    id: work.key,
    type: isArxiv(work.id) ? "article" : "document",
    title: work.title,
    ...(work.names.length && { author: work.names.map((name) => cslName(splitName(name))) }),
    ...(work.date && { issued: { "date-parts": [work.date.split("-").map(Number)] } }),
    ...(isArxiv(work.id) && { number: `arXiv:${work.id}` }),
    ...(isDoi(work.id) && { DOI: work.id }),
    ...(upstream(work.id) && { URL: upstream(work.id) }),
    ...(notes && { note: notes }),
  };
}

/** The formats: what each is called, how its files end, their media type, and what writes works. */
export const RIS = {
  label: "RIS",
  ending: "ris",
  type: "application/x-research-info-systems",
  text: (works) => works.map(reference).join("\r\n"),
};
export const CSL_JSON = {
  label: "CSL-JSON",
  ending: "csl.json",
  type: "application/vnd.citationstyles.csl+json",
  text: (works) => `[${works.map((work) => `\n${JSON.stringify(object(work))}`).join(",")}\n]\n`,
};
