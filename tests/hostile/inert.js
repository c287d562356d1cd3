// What on pages, as a browser parses them, is not ours or could run. Gives a line for each finding.
async (paths) => {
  const elements = new Set(
    `html head title meta link script body header footer main nav article section aside search hgroup noscript
     h1 h2 h3 h4 h5 h6 p div span a ul ol li dl dt dd b i em strong small sub sup s u code pre kbd br hr blockquote q cite
     abbr time bdi bdo mark ins del dfn var details summary figure figcaption template
     table caption thead tbody tfoot tr th td col colgroup
     form button input label select option output progress legend fieldset
     svg g path rect line circle text desc
     math mrow mi mn mo ms mtext mspace msup msub msubsup mfrac msqrt mroot munder mover munderover mtable mtr mtd mstyle
     mpadded mphantom menclose mmultiscripts mprescripts none semantics`.split(/\s+/),
  );
  // site.js fills these, where the theme has them: in the header.
  const own = new Set(["ps-header", "ps-palette"]);
  const addresses = new Set(
    "href src action formaction cite data poster background xlink:href ping srcset longdesc manifest".split(" "),
  );
  const found = [];
  for (const path of paths) {
    const answer = await fetch(path);
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const say = (what, element) => found.push(`${path}: ${what}: ${element.outerHTML.slice(0, 160)}`);
    for (const element of page.querySelectorAll("*")) {
      const name = element.localName;
      const isOwn = own.has(name) && element.matches("body > header > *") && !element.hasChildNodes();
      if (!elements.has(name) && !isOwn) say("an element", element);
      if (name === "script") {
        const source = element.getAttribute("src");
        if (source === null) {
          if (element.type !== "application/ld+json") say("a script", element);
          else JSON.parse(element.textContent);
        } else if (!new URL(source, answer.url).href.startsWith(`${location.origin}/assets/paperstand/`)) say("a script", element);
      }
      if (name === "meta" && element.httpEquiv && element.httpEquiv !== "Content-Security-Policy") say("a meta", element);
      for (const { name, value } of element.attributes) {
        if (/^on|^style$|^srcdoc$/.test(name)) say("an attribute", element);
        if (addresses.has(name) && !["http:", "https:", "mailto:"].includes(new URL(value, answer.url).protocol)) {
          say("an address", element);
        }
      }
    }
    for (const name of ["main", "h1"]) {
      if (page.querySelectorAll(name).length !== 1) found.push(`${path}: not one ${name}`);
    }
    if (page.head.querySelector("meta[charset] + meta")?.httpEquiv !== "Content-Security-Policy") {
      found.push(`${path}: no policy before all else`);
    }
  }
  return found;
}
