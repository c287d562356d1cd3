/* The identifier of a paper, where an address of its page says it, as that of a paper on arXiv does. */
const idIn = (address) => /^(?:.*\/)?papers\/(.+)\/$/.exec(address ?? "")?.[1]; // a site may be below papers/, too

/**
 * Make cards of the entries of a page's lists of papers, and give each, and a paper's own page, the identifier of its paper:
 * a paper has half a dozen cards, and a page leaves out what scripts alone look at.
 */
export function nameCards(page) {
  const name = (place, id) => {
    if (id && !place.dataset.id) place.dataset.id = id;
  };
  for (const card of page.querySelectorAll(".cards > li")) {
    card.classList.add("card");
    name(card, idIn(card.querySelector("h2 a")?.getAttribute("href")));
  }
  const own = page.querySelector(".ps-paper");
  if (own) name(own, idIn(page.querySelector("link[rel=canonical]")?.getAttribute("href")));
}
