/**
 * Give each card of a page the identifier of its paper. A page leaves it out where the address of the paper's page says it,
 * as that of a paper on arXiv does: a paper has half a dozen cards.
 */
export function nameCards(page) {
  for (const card of page.querySelectorAll(".card:not([data-id])")) {
    const address = card.querySelector("h2 a")?.getAttribute("href") ?? "";
    const [, id] = /(?:^|\/)papers\/(.+)\/$/.exec(address) ?? [];
    if (id) card.dataset.id = id;
  }
}
