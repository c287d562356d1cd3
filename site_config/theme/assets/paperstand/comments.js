// Comments by giscus, on sites that turn it on: its script is asked for when a reader comes to where they stand.
import { element } from "./elements.js";

const talk = document.querySelector(".talk");
const origin = "https://giscus.app";
const colours = () => document.documentElement.dataset.colours ?? "preferred_color_scheme";

const start = () => {
  const script = element("script", { src: `${origin}/client.js`, async: true, crossorigin: "anonymous" });
  Object.assign(script.dataset, {
    repo: talk.dataset.repo,
    repoId: talk.dataset.repoId,
    categoryId: talk.dataset.categoryId,
    mapping: "specific",
    term: document.querySelector(".ps-paper").dataset.id,
    strict: "1",
    reactionsEnabled: "0",
    emitMetadata: "0",
    inputPosition: "bottom",
    lang: "en",
    theme: colours(),
  });
  talk.append(script);
};

new IntersectionObserver((entries, observer) => {
  if (!entries.some((entry) => entry.isIntersecting)) return;
  observer.disconnect();
  start();
}).observe(talk);

new MutationObserver(() => {
  const frame = talk.querySelector("iframe.giscus-frame");
  frame?.contentWindow.postMessage({ giscus: { setConfig: { theme: colours() } } }, origin);
}).observe(document.documentElement, { attributeFilter: ["data-colours"] });
