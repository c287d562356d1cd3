/* The header's search button and its keys. Everything else of search is loaded when it is first used. */

const types = (target) =>
  target.isContentEditable || target.matches?.("textarea, select, input:not([type=checkbox], [type=radio], [type=button])");

function attach(opener) {
  const base = new URL("../../", import.meta.url).href;
  let dialog = null;
  let tries = 0;
  let typed = null;
  let enter = false;
  const open = async (before = "") => {
    // The page for searching has a field of its own.
    const here = document.querySelector(".asking input");
    if (here) {
      here.focus();
      here.select();
      return;
    }
    // A browser may remember that a module could not be had: each further try needs an address of its own.
    dialog ??= import(`./search-dialog.js${tries ? `?try=${tries}` : ""}`).then(({ dialogFor }) => dialogFor(opener, base));
    typed ??= before;
    try {
      const show = await dialog;
      show(typed, { enter });
      said.textContent = "";
    } catch {
      dialog = null;
      tries++;
      // Not even the dialog could be had: the page for searching says where else every paper is, where there is a line to it.
      if (navigator.onLine) location.assign(opener.action);
      else said.textContent = "Search needs a connection.";
    }
    typed = null;
    enter = false;
  };
  const said = document.createElement("output");
  opener.append(said);
  const button = opener.querySelector("button");
  button.title = "Search (/ or Ctrl+K)";
  button.ariaKeyShortcuts = "/ Control+K Meta+K";
  button.ariaHasPopup = "dialog";
  const key = document.createElement("kbd");
  key.ariaHidden = "true";
  key.append("/");
  button.append(key);
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
      if (typed !== null && plain && !/^F\d/.test(event.key ?? "")) {
        // The dialog is still on its way, and what is typed meanwhile is meant for it.
        event.preventDefault();
        event.stopPropagation();
        if (event.key?.length === 1) [typed, enter] = [typed + event.key, false];
        else if (event.key === "Backspace") [typed, enter] = [[...typed].slice(0, -1).join(""), false];
        else if (event.key === "Enter") enter = typed !== "";
        return;
      }
      if (!chord && !(event.key === "/" && plain && !types(event.target) && document.documentElement.dataset.keys !== "off")) return;
      event.preventDefault();
      event.stopPropagation();
      open();
    },
    true,
  );
  // Back from a result: the search that led to it.
  const reopen = () => history.state?.search && open(history.state.search);
  reopen();
  window.addEventListener("pageshow", ({ persisted }) => persisted && reopen());
}

const opener = document.querySelector(".ps-search-open");
if (opener) attach(opener);
