/* Citations of weeks and topics are there as gzip files: who follows a link to one is given the file that is in it. */
import { download } from "./elements.js";

const TYPES = [
  [".bib.gz", "application/x-bibtex"],
  [".ris.gz", "application/x-research-info-systems"],
  [".csl.json.gz", "application/vnd.citationstyles.csl+json"],
];

const isGzip = ([first, second]) => first === 0x1f && second === 0x8b; // RFC 1952, section 2.3.1

async function unpacked(address) {
  const answer = await fetch(address);
  if (!answer.ok) throw new Error(`no ${address}: ${answer.status}`);
  const bytes = new Uint8Array(await answer.arrayBuffer());
  // Some hosts say of such a file that it is a text on its way in fewer bytes: then the browser has unpacked it.
  if (!isGzip(bytes)) return bytes;
  return new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"))).arrayBuffer();
}

for (const [ending, type] of TYPES) {
  for (const link of document.querySelectorAll(`a[href$="${ending}"]`)) {
    link.type = type;
    link.addEventListener("click", async (event) => {
      // With a key held down the file itself is meant, in a tab or a place of its own.
      if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
      event.preventDefault();
      try {
        download(link.pathname.split("/").at(-1).replace(/\.gz$/, ""), type, await unpacked(link.href));
      } catch {
        location.assign(link.href);
      }
    });
  }
}
