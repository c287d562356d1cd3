/* A reading list in other formats: pure functions from papers to text. */

import { CSL_JSON, RIS } from "./citations.js";
import { isArxiv, isDoi, keyOf, upstream } from "./identifiers.js";
import { writeList } from "./saved-papers.js";
import { ROOT } from "./storage.js";

const pageOf = ({ path }) => new URL(path, ROOT).href;
const citedAs = ({ id, key }) => key ?? keyOf(id);
const sourceOf = ({ id }) => upstream(id) ?? "";

/** The authors whom a paper names, and the number of others. One whose `names` were looked up has them all.
 *
 * A card counts the authors that it does not name ("A, B and 3 more"), or all of them ("5 authors").
 */
export function namesOf({ authors, names: all }) {
  if (all) return { names: all, more: 0 };
  const [, named, more = "0"] = /^(.*?)(?: and ([\d,]+) more)?$/s.exec(authors);
  const names = /^[\d,]+ authors?$/.test(named) ? [] : named.split(", ").filter(Boolean);
  return { names, more: Number(more.replaceAll(",", "")) };
}

/* BibTeX counts braces even behind a backslash, so that none of a text may stay one. */
const TEX = {
  "\\": "\\textbackslash{}",
  "{": "\\textbraceleft{}",
  "}": "\\textbraceright{}",
  "~": "\\textasciitilde{}",
  "^": "\\textasciicircum{}",
  "<": "\\textless{}",
  ">": "\\textgreater{}",
};
const plainTex = (text) => text.replace(/[\\{}~^<>]/g, (mark) => TEX[mark]).replace(/[#$%&_]/g, "\\$&");

/* Readers of BibTeX take no more than a hundred braces within each other, and no formula has as many. */
const DEEPEST = 20;

function isBalanced(tex) {
  let depth = 0;
  for (const mark of tex) {
    if (mark === "{" && ++depth > DEEPEST) return false;
    if (mark === "}" && --depth < 0) return false;
  }
  return depth === 0;
}

/* TeX's commands can read files, and more. Of a formula these are all that stay commands. */
const OF_FORMULAS = new Set(
  (
    "alpha beta gamma delta epsilon varepsilon zeta eta theta vartheta iota kappa lambda mu nu xi pi rho sigma tau upsilon phi " +
    "varphi chi psi omega Gamma Delta Theta Lambda Xi Pi Sigma Upsilon Phi Psi Omega ell hbar imath jmath partial nabla infty " +
    "forall exists neg emptyset in notin ni subset subseteq supset supseteq cup cap setminus wedge vee oplus otimes odot times " +
    "div cdot cdots ldots dots vdots ddots pm mp ast star circ bullet dagger le leq ge geq ne neq ll gg sim simeq approx equiv " +
    "cong propto perp parallel mid to rightarrow leftarrow leftrightarrow Rightarrow Leftarrow Leftrightarrow mapsto uparrow " +
    "downarrow sum prod int oint lim max min sup inf arg log ln exp sin cos tan det dim ker Pr gcd frac dfrac tfrac sqrt binom " +
    "mathrm mathbf mathbb mathcal mathfrak mathsf mathtt mathit mathscr boldsymbol operatorname text textbf textit textrm rm bf " +
    "it hat widehat tilde widetilde bar overline underline vec dot ddot prime langle rangle lfloor rfloor lceil rceil left right " +
    "big Big bigl bigr Bigl Bigr quad qquad limits top bot , ; : ! | { } _ % & #"
  ).split(" "),
);
const isFormula = (part) =>
  isBalanced(part) && !part.includes("^^") && [...part.matchAll(/\\([a-zA-Z@]+|[^])/g)].every(([, command]) => OF_FORMULAS.has(command));

/* Formulas stay formulas, where they are nothing else. */
const tex = (text) =>
  text
    .split(/(\$[^$%\n]+\$)/)
    .map((part, at) => (at % 2 && isFormula(part) ? part : plainTex(part)))
    .join("");

const MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

function bibtexEntry(paper) {
  const { names, more } = namesOf(paper);
  const authors = [...names.map((name) => (/ and |,/i.test(name) ? `{${tex(name)}}` : tex(name))), ...(more ? ["others"] : [])];
  const [year, month] = paper.date.split("-");
  const fields = [
    ["title", `{{${tex(paper.title)}}}`],
    ["author", authors.length ? `{${authors.join(" and ")}}` : ""],
    ["year", year && `{${year}}`],
    ["month", month && MONTHS[month - 1]],
    ["eprint", isArxiv(paper.id) && `{${paper.id}}`],
    ["archiveprefix", isArxiv(paper.id) && "{arXiv}"],
    ["doi", isDoi(paper.id) && `{${paper.id.replace(/[{}\\%]/g, encodeURIComponent)}}`],
    ["url", `{${sourceOf(paper) || pageOf(paper)}}`],
    ["note", paper.withdrawn && "{Withdrawn}"],
    ["annote", paper.note && `{${tex(paper.note)}}`],
  ];
  const lines = fields.filter(([, value]) => value).map(([name, value]) => `  ${name}=${value},\n`);
  return `@misc{${citedAs(paper)},\n${lines.join("")}}\n`;
}

const markdownText = (text) => text.replace(/[\\`*_{}[\]<>#|~$!&]/g, "\\$&");
const inOneLine = (text) => text.replace(/\s+/g, " ");

function markdownEntry(paper) {
  const about = [paper.authors, paper.date].filter(Boolean).join(", ");
  const note = paper.note ? `\n  ${paper.note.split("\n").map((line) => markdownText(line.trim()).replace(/^(\d+)([.)])|^([-+=])/, "$1\\$2$3")).join("\n  ")}` : "";
  return `- [${paper.read ? "x" : " "}] [${markdownText(inOneLine(paper.title))}](<${pageOf(paper)}>)${about && `: ${markdownText(about)}`}${note}\n`;
}

/* A spreadsheet takes a cell that begins like this for a formula, whoever wrote it (CWE-1236). */
const cell = (text) => `"${(/^[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]/.test(text) ? `'${text}` : text).replaceAll('"', '""')}"`;
const row = (cells) => `${cells.map(cell).join(",")}\r\n`;

const workOf = (paper) => ({ id: paper.id, key: citedAs(paper), title: paper.title, ...namesOf(paper), date: paper.date, notes: [paper.withdrawn && "Withdrawn", paper.note] });
const ofWorks = ({ label, ending, type, text }) => ({
  label,
  file: `reading-list.${ending}`,
  type,
  cites: true,
  text: (papers) => text(papers.map(workOf)),
});

/** The formats. Whoever writes one that `cites` looks up first the authors whom the list does not name, as `names`, and
 * whether a paper was `withdrawn`. */
export const EXPORTS = [
  {
    label: "BibTeX",
    file: "reading-list.bib",
    type: "application/x-bibtex",
    cites: true,
    text: (papers) => papers.map(bibtexEntry).join("\n"),
  },
  ofWorks(RIS),
  ofWorks(CSL_JSON),
  {
    label: "Markdown",
    file: "reading-list.md",
    type: "text/markdown",
    text: (papers) => `# Reading list\n\n${papers.map(markdownEntry).join("")}`,
  },
  {
    label: "CSV",
    file: "reading-list.csv",
    type: "text/csv",
    // Spreadsheets take a file for UTF-8 by its mark.
    text: (papers) =>
      "\ufeff" +
      row(["id", "title", "authors", "submitted", "read", "added", "note", "page", "source"]) +
      papers
        .map((it) => row([it.id, it.title, it.authors, it.date, it.read ? "yes" : "no", it.added, it.note, pageOf(it), sourceOf(it)]))
        .join(""),
  },
  {
    label: "JSON",
    file: "reading-list.json",
    type: "application/json",
    text: (papers) => writeList(papers, { others: { site: ROOT.href } }),
  },
];

/** The list as the file that the reading list's page takes in again. */
export const asJson = EXPORTS.find(({ label }) => label === "JSON");
