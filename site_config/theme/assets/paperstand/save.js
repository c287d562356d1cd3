/* Saving: a button for every paper on a page, and the number of saved papers in the header. */

import { download, element, counted, tell } from "./elements.js";
import { paperAt, paperOf } from "./on-page.js";
import { paperFrom } from "./saved-papers.js";
import { ROOT } from "./storage.js";
import { MOST, readingList } from "./store.js";

const PLACES = ".card[data-id], .ps-paper[data-id]";
const link = document.querySelector(".keep");
const number = element("span", { class: "n", "aria-hidden": "true" });
link?.append(number);

const titleOf = (place) => place.querySelector("h2 a, h1")?.textContent ?? place.dataset.id;

function addButton(place) {
  const button = element("button", { type: "button", class: "save", title: "Save (s)" });
  const isCard = place.matches(".card");
  if (isCard) button.setAttribute("aria-label", `Save: ${titleOf(place)}`);
  else button.append("Save");
  const row = place.querySelector(isCard ? ".facts" : ".doors");
  if (row) row.append(element(row.matches("ul") ? "li" : "span", { class: "saving" }, button));
  else (isCard ? place : place.querySelector(".masthead")).append(element("p", { class: "saving" }, button));
}

function show() {
  for (const place of document.querySelectorAll(PLACES)) {
    // A paper that is listed but not here has nothing to be saved; one of the reading list has other buttons.
    if (place.matches(".card") && (!place.querySelector("h2 a") || place.closest(".kept"))) continue;
    if (!place.querySelector(".save")) addButton(place);
    const [button, saved] = [place.querySelector(".save"), String(readingList.has(place.dataset.id))];
    if (button.getAttribute("aria-pressed") !== saved) button.setAttribute("aria-pressed", saved);
  }
  if (!link) return;
  const { length } = readingList.papers;
  number.textContent = length ? (length > 999 ? "999+" : String(length)) : "";
  link.setAttribute("aria-label", length ? `Reading list, ${counted(length, "paper")}` : "Reading list");
}

async function takeAlong() {
  const { asJson } = await import("./exports.js");
  download(asJson.file, asJson.type, asJson.text(readingList.papers));
}

/** Tell the reader what became of saving, where it is not what a button already shows. */
export function tellSaving(left) {
  if (left) tell(`The reading list holds ${MOST.toLocaleString("en")} papers: there was no room for ${counted(left, "more paper", "more papers")}.`);
  else if (!readingList.isKept) {
    tell(
      "This browser does not let the site keep anything, or has no room left: what you save is there until you leave this page.",
      { label: "Download the list", action: takeAlong },
    );
  }
}

function toggle(place) {
  const { id } = place.dataset;
  if (readingList.has(id)) {
    tellSaving(readingList.do({ do: "remove", id }));
    return;
  }
  const paper = paperFrom(paperOf(place));
  tellSaving(readingList.do({ do: "save", added: [paper] }));
  // A line on an author's or a keyword's page has a title alone. What is missing is missing in citations, too.
  if (!paper.authors) paperAt(new URL(paper.path, ROOT)).then(complete, () => {});
}

/* Whoever went on before the paper's page was there opened that page, perhaps. */
function complete(paper) {
  const kept = paper && readingList.papers.find(({ id }) => id === paper.id);
  if (kept && !(kept.authors && kept.date)) readingList.do({ do: "merge", added: [paperFrom(paper)] });
}

const own = document.querySelector(".ps-paper[data-id]");
if (own) complete(paperOf(own));

document.addEventListener("click", ({ target }) => {
  const button = target.closest?.(".save");
  if (button) toggle(button.closest(PLACES));
});
readingList.addEventListener("change", show);
// Cards come and go where a page is filtered or searched.
new MutationObserver((changes) => {
  const cards = (nodes) => [...nodes].some((node) => node.nodeType === Node.ELEMENT_NODE && (node.matches(PLACES) || node.querySelector(PLACES)));
  if (changes.some(({ addedNodes }) => cards(addedNodes))) show();
}).observe(document.querySelector("main"), { childList: true, subtree: true });
show();
