/* The header's search button and its keys. Everything else of search is loaded when it is first used. */

const types = (target) =>
  target.isContentEditable || target.matches?.("textarea, select, input:not([type=checkbox], [type=radio], [type=button])");

function attach(opener) {
  const base = new URL(opener.dataset.searchBase, document.baseURI).href;
  let dialog = null;
  let typed = null;
  const open = async () => {
    dialog ??= import("./search-dialog.js").then(({ dialogFor }) => dialogFor(opener, base));
    typed ??= "";
    try {
      const show = await dialog;
      show(typed);
    } catch {
      // Not even the dialog could be had: the archive has every paper, too.
      location.assign(opener.action);
    }
    typed = null;
  };
  opener.classList.add("is-live");
  opener.querySelector("button").setAttribute("aria-haspopup", "dialog");
  opener.addEventListener("submit", (event) => {
    event.preventDefault();
    open();
  });
  window.addEventListener(
    "keydown",
    (event) => {
      const plain = !event.ctrlKey && !event.metaKey && !event.altKey;
      const chord = event.key?.toLowerCase() === "k" && (event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey;
      if (event.isComposing) return;
      if (typed !== null && plain && event.key?.length === 1) {
        // The dialog is still on its way, and what is typed meanwhile is meant for it.
        event.preventDefault();
        event.stopPropagation();
        typed += event.key;
        return;
      }
      if (!chord && !(event.key === "/" && plain && !types(event.target))) return;
      event.preventDefault();
      event.stopPropagation();
      open();
    },
    true,
  );
}

const opener = document.querySelector("[data-search-base]");
if (opener) attach(opener);
