/* Papers' identifiers and where each leads, by the rules of scraper/identifiers.py; a test compares the two. */

const LONGEST = 200;
const ARXIV = /^(?:\d{4}\.\d{4,5}|[a-z-]{2,9}\/\d{7})$/;
const DOI = /^10\.\d{4,9}\/[^\s\x00-\x1f\x7f]+$/;
const SLUG = /^(?=[0-9-]*[a-z])[a-z0-9]+(?:-[a-z0-9]+)*$/;

/** Whether a value looks like a paper's identifier. */
export const isIdentifier = (value) =>
  typeof value === "string" && value.length <= LONGEST && [ARXIV, DOI, SLUG].some((kind) => kind.test(value));

const hex = (text) => [...new TextEncoder().encode(text)].map((byte) => `~${byte.toString(16).padStart(2, "0")}`).join("");

/** The address of a paper's page, relative to the site's root. */
export function pagePath(identifier) {
  if (!DOI.test(identifier)) return `papers/${identifier}/`;
  const [prefix, ...rest] = identifier.split("/");
  const suffix = rest
    .join("/")
    .replace(/[^a-z0-9._-]/gu, hex)
    .replace(/^\.+|\.$/g, (dots) => "~2e".repeat(dots.length))
    .replace(/^(?:con|prn|aux|nul|(?:com|lpt)\d)(?=\.|$)/, ([first, ...others]) => hex(first) + others.join(""));
  return `papers/doi/${prefix}/${suffix}/`;
}

/** Where the paper itself is, or null. */
export function upstream(identifier) {
  if (ARXIV.test(identifier)) return `https://arxiv.org/abs/${identifier}`;
  return DOI.test(identifier) ? `https://doi.org/${encodeURI(identifier).replace(/[?#]/g, encodeURIComponent)}` : null;
}

export const isArxiv = (identifier) => ARXIV.test(identifier);
export const isDoi = (identifier) => DOI.test(identifier);

/** The key under which the site's own files cite a paper that never had another identifier (site_config/citing/facts.py). */
export function keyOf(identifier) {
  if (isArxiv(identifier)) return `arXiv:${identifier}`;
  const named = pagePath(identifier).replace(/^papers\/(doi\/)?|\/$/g, "").replaceAll("~", "+");
  return (isDoi(identifier) ? "doi:" : "paper:") + named;
}

/* A shared list is `#papers=2511.08567,.09001,2512.00001`: what an identifier has in common with the one before, up to
   its dot, is left out. */

/** The fragment of an address that carries identifiers. */
export function toFragment(identifiers) {
  let month = "";
  const parts = identifiers.map((identifier) => {
    const [, before = "", after] = /^(\d{4})(\.\d{4,5})$/.exec(identifier) ?? [];
    const short = before && before === month ? after : identifier;
    month = before;
    return encodeURIComponent(short).replaceAll("%2F", "/");
  });
  return `#papers=${parts.join(",")}`;
}

/** The identifiers that a fragment carries, each once, without what is none; null where it carries no list. */
export function fromFragment(fragment) {
  const carried = /^#papers=(.*)$/s.exec(fragment)?.[1];
  if (carried === undefined) return null;
  const found = new Set();
  let month = "";
  for (const part of carried.split(",")) {
    const text = decoded(part);
    const identifier = text.startsWith(".") ? month + text : text;
    month = /^\d{4}(?=\.)/.exec(identifier)?.[0] ?? "";
    if (isIdentifier(identifier)) found.add(identifier);
  }
  return [...found];
}

function decoded(part) {
  try {
    return decodeURIComponent(part);
  } catch {
    return "";
  }
}
