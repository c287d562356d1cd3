/* Keys for whoever reads without a mouse: single letters, which can be turned off (WCAG 2.1.4).
 *
 * The choice is an attribute of the document, so that search's "/" heeds it, too.
 */

import { element } from "./elements.js";

const STORED = "paperstand.keys";
const root = document.documentElement;
const KEYS = [
  ["j", "next paper"],
  ["k", "previous paper"],
  ["o", "open the paper"],
  ["s", "save it, or take it off the reading list"],
  ["x", "unfold its abstract, or fold it"],
  ["/", "search"],
  ["?", "these keys"],
];

function recallChoice() {
  try {
    return localStorage.getItem(STORED);
  } catch {
    return null;
  }
}

function choose(on) {
  if (on) delete root.dataset.keys;
  else root.dataset.keys = "off";
  try {
    localStorage.setItem(STORED, on ? "on" : "off");
  } catch {
    // The choice lasts for the page.
  }
}

if (recallChoice() === "off") root.dataset.keys = "off";

const isShown = (card) => card.getClientRects().length > 0;
const cards = () => [...document.querySelectorAll("main .card[data-id]")].filter((card) => isShown(card) && card.querySelector("h2 a"));
const doorOf = (card) => card.querySelector("h2 a");

/* The paper that keys are meant for: the one with the focus, or else the one that this page is about. */
const focused = () => document.activeElement?.closest(".card[data-id]") ?? null;
const current = () => focused() ?? document.querySelector(".ps-paper[data-id]");

function step(by) {
  // place.js made it, on the page of a paper whose reader came from a list.
  const place = document.querySelector(".place");
  if (place) {
    place.querySelector(`a[rel="${by > 0 ? "next" : "prev"}"]`)?.click();
    return;
  }
  const all = cards();
  const at = all.indexOf(focused());
  // Who has not begun yet begins with what is in sight.
  const header = document.querySelector("body > header")?.getBoundingClientRect().bottom ?? 0;
  const inSight = all.findIndex((card) => card.getBoundingClientRect().top >= Math.max(header, 0) - 1);
  const first = by > 0 ? (inSight < 0 ? all.length - 1 : inSight) : (inSight < 0 ? all.length : inSight) - 1;
  const next = all[at < 0 ? Math.max(first, 0) : at + by];
  if (!next) return;
  doorOf(next).focus({ preventScroll: true });
  next.scrollIntoView({ block: "nearest" });
}

function fold() {
  const details = current()?.querySelector(".fold");
  if (details && isShown(details)) details.open = !details.open;
}

const ACTIONS = {
  j: () => step(1),
  k: () => step(-1),
  o: () => focused() && doorOf(focused())?.click(),
  s: () => current()?.querySelector(".save, .remove")?.click(),
  x: fold,
  "?": () => help(),
};
const REPEATABLE = new Set(["j", "k"]);

const types = (target) =>
  target.isContentEditable || target.closest?.("textarea, select, input:not([type=checkbox], [type=radio], [type=button]), dialog, [popover]:popover-open");

document.addEventListener("keydown", (event) => {
  const { key, repeat } = event;
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.defaultPrevented) return;
  if (root.dataset.keys === "off" || !Object.hasOwn(ACTIONS, key) || (repeat && !REPEATABLE.has(key))) return;
  if (types(event.target) || document.querySelector("dialog[open]")) return;
  event.preventDefault();
  ACTIONS[key]();
});

let dialog = null;

function build() {
  const heard = element("input", { type: "checkbox", id: "keys-on" });
  heard.checked = root.dataset.keys !== "off";
  heard.addEventListener("change", () => choose(heard.checked));
  const rows = KEYS.flatMap(([key, meaning]) => [element("dt", {}, element("kbd", {}, key)), element("dd", {}, meaning)]);
  dialog = element(
    "dialog",
    { class: "keys", "aria-labelledby": "keys-heading" },
    element("h2", { id: "keys-heading" }, "Keys"),
    element("dl", {}, ...rows),
    element("label", {}, heard, " Listen to these keys"),
    element("button", { type: "button", onclick: () => dialog.close() }, "Close"),
  );
  dialog.addEventListener("click", ({ target }) => target === dialog && dialog.close());
  document.body.append(dialog);
}

function help() {
  if (!dialog) build();
  if (!dialog.open) dialog.showModal();
}

// Whoever has turned the keys off finds them again here.
const opener = element("button", { type: "button", class: "keys-open", "aria-haspopup": "dialog", onclick: help }, "Keyboard");
const others = document.querySelector("body > footer .more-pages");
if (others) others.append(element("li", {}, opener));
else document.querySelector("body > footer")?.append(element("p", { class: "bare" }, opener));
