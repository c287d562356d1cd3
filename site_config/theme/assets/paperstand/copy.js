// Buttons that copy what a reader of a paper needs elsewhere, and that give its citation as a file.
import { CSL_JSON, RIS } from "./citations.js";
import { download, element } from "./elements.js";

const article = document.querySelector(".ps-paper[data-id]");
const entry = article.querySelector(".bibtex pre");
const shown = 2000; // ms for which a button says what it did

const status = element("span", { class: "unseen", role: "status" });

/** Where the page has no clipboard of its own (it is not served by HTTPS) an element is selected and copied. */
const copyBySelection = (text) => {
  const area = element("textarea", { class: "unseen" });
  area.value = text;
  document.body.append(area);
  area.select();
  const done = document.execCommand("copy");
  area.remove();
  return done;
};

const copy = async (text) => {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copyBySelection(text);
  }
};

const button = (name, text) => {
  const made = element("button", { type: "button", "aria-label": `Copy ${name}` }, name);
  let later;
  made.addEventListener("click", async () => {
    const done = await copy(text());
    made.focus();
    status.textContent = "";
    status.textContent = done ? `${name} copied` : "This browser does not let the page copy";
    made.textContent = done ? "Copied" : "Not allowed";
    clearTimeout(later);
    later = setTimeout(() => {
      made.textContent = name;
    }, shown);
  });
  return made;
};

// A paper whose identifier gives its file, as a number of arXiv does, has no link to it of its own.
const report = article.querySelector('.edit a:only-child[href*="/issues/new?"]');
if (report) {
  const { id } = article.dataset;
  const file = `content/papers/${id.slice(0, 4)}/${id}.md`;
  report.before(element("a", { href: report.href.replace(/\/issues\/new\?.*/, `/edit/HEAD/${file}`) }, "Edit on GitHub"), " ");
}

const group = element("div", { class: "copy", role: "group", "aria-label": "Copy" });
if (entry) group.append(button("BibTeX", () => entry.textContent));
group.append(
  button("Identifier", () => article.dataset.id),
  button("Link", () => location.origin + location.pathname),
  status,
);

/** How many authors the BibTeX names: the head names fifty at most. A name in braces is one, whatever is in it. */
const countAuthors = () => {
  let names = /^  author=\{(.*)\},?$/m.exec(entry.textContent)?.[1] ?? "";
  while (/\{[^{}]*\}/.test(names)) names = names.replace(/\{[^{}]*\}/g, "x");
  return names && names.split(" and ").length;
};

/** The paper as a citation has it: what the page's head says to reference managers, under the key that its BibTeX has. */
const work = () => {
  const said = (name) => Array.from(document.querySelectorAll(`meta[name="citation_${name}"]`), ({ content }) => content);
  const names = said("author");
  return {
    id: article.dataset.id,
    key: /^@misc\{(.*),$/m.exec(entry.textContent)[1],
    title: said("title")[0],
    names,
    more: countAuthors() - names.length,
    date: (said("publication_date")[0] ?? "").replaceAll("/", "-"),
    notes: /^\s*note *= *\{(Withdrawn)\}/m.exec(entry.textContent)?.slice(1) ?? [],
  };
};

const file = ({ label, ending, type, text }) => {
  const name = `${article.dataset.id.replace(/[^\w.-]+/g, "-")}.${ending}`;
  const attributes = { type: "button", "aria-label": `Download as ${label}`, onclick: () => download(name, type, text([work()])) };
  return element("button", attributes, label);
};

const files = element("div", { class: "copy files", role: "group", "aria-label": "Download" }, file(RIS), file(CSL_JSON));
article.querySelector(".known dl").after(group, ...(entry ? [files] : []));
