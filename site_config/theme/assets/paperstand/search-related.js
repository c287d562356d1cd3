/* Papers that are related to those found: by meaning, from what was computed when the site was made (site_config/pages/related.py). */

import { unpacked } from "./gzip.js";

/* So many of the first papers found are looked at, and so many related ones shown. */
const FIRST = 10;
const SHOWN = 8;
/* Reciprocal rank fusion: a paper gains 1 / (60 + place) from each list it stands in (Cormack, Clarke and Büttcher, 2009). */
const DAMPING = 60;

const addressOf = ({ id, path }) => (path ? path.replace(/^papers\//, "").replace(/\/$/, "") : id);

function fileOf(address) {
  let hash = 0x811c9dc5;
  for (let at = 0; at < address.length; at++) hash = Math.imul(hash ^ address.charCodeAt(at), 0x01000193);
  return `related/${(hash & 0xff).toString(16).padStart(2, "0")}.json.gz`;
}

/** The related papers of some that were found, as `{address, title}`; fails where they cannot be had. */
export async function relatedTo(papers, base) {
  const files = new Map();
  const entryOf = async (address) => {
    const name = fileOf(address);
    if (!files.has(name)) {
      files.set(name, unpacked(new URL(name, base)).then((answer) => answer.json()));
    }
    return (await files.get(name))[address];
  };
  const found = papers.map(addressOf);
  const gains = new Map();
  const entries = await Promise.all(found.slice(0, FIRST).map(entryOf));
  entries.forEach((entry, place) => {
    for (const [rank, address] of (entry ?? []).slice(1).entries()) {
      // What is like a paper that was found early counts more, too.
      gains.set(address, (gains.get(address) ?? 0) + 1 / (DAMPING + rank) + 1 / (DAMPING + place));
    }
  });
  for (const address of found) gains.delete(address);
  const best = [...gains].sort(([one, most], [other, more]) => more - most || (one < other ? -1 : 1)).slice(0, SHOWN);
  const titles = await Promise.all(best.map(([address]) => entryOf(address)));
  return best.flatMap(([address], at) => (titles[at] ? [{ address, title: titles[at][0] }] : []));
}
