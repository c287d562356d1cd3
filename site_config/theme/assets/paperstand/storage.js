/* The browser's storage. It may be closed to us (private windows, blocked cookies) or full: nothing here throws. */

/** The site's root: `/`, or `/repo/` where a site stands below one. */
export const ROOT = new URL("../../", import.meta.url);

/* Two sites of one host (name.github.io/one/ and /two/) share their storage, and not their papers. */
const keyOf = (name) => `paperstand.${name}@${ROOT.pathname}`;

/** What is kept under a name, or null. */
export function recall(name) {
  try {
    return localStorage.getItem(keyOf(name));
  } catch {
    return null;
  }
}

/** Keep a text under a name, or nothing for null. False where storage is full or closed: all is as it was then. */
export function remember(name, text) {
  try {
    if (text === null) localStorage.removeItem(keyOf(name));
    else localStorage.setItem(keyOf(name), text);
    return true;
  } catch {
    return false;
  }
}

/** Call back when another tab has changed what is kept under a name. */
export function watch(name, changed) {
  addEventListener("storage", ({ key }) => (key === keyOf(name) || key === null) && changed());
  // A page that was set aside by the browser heard of nothing meanwhile.
  addEventListener("pageshow", ({ persisted }) => persisted && changed());
}
