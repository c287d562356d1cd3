/** An element. Whatever stands in it comes as text or as nodes, never as HTML; a property such as `onclick` is a function. */
export function element(name, attributes = {}, ...children) {
  const node = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (typeof value === "function") node[key] = value;
    else if (value !== false && value !== undefined && value !== null) node.setAttribute(key, value === true ? "" : value);
  }
  node.append(...children);
  return node;
}

/** 1 paper, 1,234 papers */
export const counted = (number, one, many = `${one}s`) => `${number.toLocaleString("en")} ${number === 1 ? one : many}`;

/** 13 Nov 2025 */
export const shortDate = (iso) =>
  new Date(`${iso}T00:00:00Z`).toLocaleDateString("en-GB", { day: "numeric", month: "short", year: "numeric", timeZone: "UTC" });

/** Give the reader a file. */
export function download(name, type, text) {
  const url = URL.createObjectURL(new Blob([text], { type }));
  const link = element("a", { href: url, download: name });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}

let line = null;

/** Say something at the foot of the window, with buttons such as {label, action}; it stays until it is closed. */
export function tell(text, ...actions) {
  line?.remove();
  const close = () => line?.remove();
  const buttons = actions.map(({ label, action }) => element("button", { type: "button", onclick: action }, label));
  line = element("div", { class: "told", role: "status" });
  document.body.append(line);
  // A screen reader announces what changes in a live region, not what is there when it appears.
  requestAnimationFrame(() =>
    line.append(element("p", {}, text), ...buttons, element("button", { type: "button", onclick: close }, "Close")),
  );
}
