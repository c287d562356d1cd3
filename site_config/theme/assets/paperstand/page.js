// What a page can do beyond showing itself, loaded by what is on it. Without scripts everything is still there to read.
const parts = [];

for (const [selector, module] of parts) {
  if (document.querySelector(selector)) import(module);
}
