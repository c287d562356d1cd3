/* Most citations of lists of papers are there as gzip files: who follows a link to one is given the file that is in it. */
import { download } from "./elements.js";
import { unpacked } from "./gzip.js";

const TYPES = [
  [".bib.gz", "application/x-bibtex"],
  [".ris.gz", "application/x-research-info-systems"],
  [".csl.json.gz", "application/vnd.citationstyles.csl+json"],
];

for (const [ending, type] of TYPES) {
  for (const link of document.querySelectorAll(`a[href$="${ending}"]`)) {
    link.type = type;
    link.addEventListener("click", async (event) => {
      // With a key held down the file itself is meant, in a tab or a place of its own.
      if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
      event.preventDefault();
      try {
        const inside = await unpacked(link.href);
        download(link.pathname.split("/").at(-1).replace(/\.gz$/, ""), type, await inside.arrayBuffer());
      } catch {
        location.assign(link.href);
      }
    });
  }
}
