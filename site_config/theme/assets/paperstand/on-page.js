/* What a page says of its papers. */

import { firstFact, lastDate } from "./dates.js";
import { nameCards } from "./naming.js";
import { ROOT } from "./storage.js";

/* A formula's own text is in pieces; its TeX is what a list can keep. */
function textOf(node) {
  if (!node) return "";
  const copy = node.cloneNode(true);
  for (const formula of copy.querySelectorAll("math")) {
    const tex = formula.getAttribute("alttext") ?? formula.querySelector("annotation")?.textContent;
    if (tex) formula.replaceWith(`$${tex.replace(/^\$|\$$/g, "")}$`);
  }
  return copy.textContent.replace(/\s+/g, " ").trim();
}

const MOST_LETTERS = 400;

/* A card names some authors and counts the others; a paper's page may name hundreds. */
function authorsOf(place) {
  const isCard = place.matches(".card");
  const named = textOf(place.querySelector(".by bdi:not(.org)") ?? (isCard ? null : place.querySelector(".by")));
  const rest = isCard ? "" : textOf(place.querySelector(".everyone summary"));
  const [, text, more = "0"] = /^(.*?)(?: ?and ([\d,]+) more)?$/s.exec(`${named} ${rest}`.trim());
  const names = text.split(", ");
  let shown = names.length;
  while (shown > 1 && names.slice(0, shown).join(", ").length > MOST_LETTERS) shown--;
  const left = names.length - shown + Number(more.replaceAll(",", ""));
  return names.slice(0, shown).join(", ") + (left ? ` and ${left.toLocaleString("en")} more` : "");
}

/* The first fact of a card says both dates, that of submission last; a paper's page says which is which. */
function submittedOf(place) {
  if (place.matches(".card")) {
    const dates = firstFact(place);
    return /submitted/i.test(dates) ? lastDate(dates) : "";
  }
  const term = [...place.querySelectorAll(".known dt")].find(({ textContent }) => textContent.trim() === "Submitted");
  return lastDate(term?.nextElementSibling?.textContent ?? "");
}

/* A card says its key where the identifier alone does not give it; a paper's page has it in its BibTeX. */
const citedAs = (place) => place.dataset.key ?? /^@misc\{([^,\s]+),/.exec(place.querySelector(".bibtex pre")?.textContent)?.[1];

/** The paper of a card or of a paper's page, as a reading list keeps it; `base` is the address of the page it is on. */
export function paperOf(place, base = document.baseURI) {
  const link = place.matches(".card") ? place.querySelector("h2 a[href]") : null;
  const address = new URL(link ? link.getAttribute("href") : ".", base);
  return {
    id: place.dataset.id,
    key: citedAs(place),
    title: textOf(link ?? place.querySelector("h1")),
    authors: authorsOf(place),
    date: submittedOf(place),
    path: address.pathname.startsWith(ROOT.pathname) ? address.pathname.slice(ROOT.pathname.length) : "",
    added: new Date().toISOString(),
  };
}

/* The paper's page that has this address, and the address that it has itself; null where there is no such page. */
async function pageAt(address, signal) {
  const answer = await fetch(address, { signal });
  if (!answer.ok) {
    answer.body?.cancel(); // what nobody reads keeps the connection busy
    return null;
  }
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  nameCards(page);
  const place = page.querySelector(".ps-paper[data-id]");
  return place && [place, answer.url];
}

/** The paper whose page has this address, as a reading list keeps it; null where there is no such page. */
export async function paperAt(address) {
  const found = await pageAt(address);
  return found && paperOf(...found);
}

/* The tags of a page's head hold each name by itself, and no more than these. */
const MOST_TAGS = 50;

/** All authors of a paper, as its page names them; none where there is no such page, or it knows their number alone. */
export async function namesAt(address, id, signal) {
  const [place] = (await pageAt(address, signal)) ?? [];
  if (place?.dataset.id !== id) return [];
  const tags = [...place.ownerDocument.querySelectorAll("meta[name=citation_author]")];
  if (tags.length < MOST_TAGS) return tags.map(({ content }) => content);
  return [...place.querySelectorAll(".by bdi, .everyone .by")].flatMap((part) => textOf(part).split(", "));
}
