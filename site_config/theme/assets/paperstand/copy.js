// Buttons that copy what a reader of a paper needs elsewhere.
import { element } from "./elements.js";

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

const group = element("div", { class: "copy", role: "group", "aria-label": "Copy" });
if (entry) group.append(button("BibTeX", () => entry.textContent));
group.append(
  button("Identifier", () => article.dataset.id),
  button("Link", () => location.origin + location.pathname),
  status,
);
article.querySelector(".known dl").after(group);
