// Runs in <head>, before anything is drawn, so that a reader's choice of colours never flickers, and what it puts into the
// header is there as soon as the header is. A template of the theme, for the pages that stand there.
"use strict";
(() => {
  const root = document.documentElement;
  const choices = ["auto", "light", "dark"];
  const names = { auto: "as the system", light: "light", dark: "dark" };
  // Each with its address from here, and its file, by which other pages say that they belong to it.
  const pages = [
    {%- for part in nav.items %}{% for target in part.children or [part] %}
    [{{ target.title | striptags | tojson }}, {{ target.url | url | tojson }}, {{ (target.file.src_uri if target.file else "") | tojson }}],
    {%- endfor %}{% endfor %}
  ];

  const own = document.currentScript.src;
  const element = (name, attributes, ...children) => {
    const made = Object.assign(document.createElement(name), attributes);
    made.append(...children);
    return made;
  };

  document.head.append(element("link", { rel: "icon", href: new URL("icon.svg", own).href }));
  // Asked for at once, and run when the page is there to be looked at.
  const page = new URL("page.js", own).href;
  document.head.append(element("link", { rel: "modulepreload", href: page }));
  document.addEventListener("DOMContentLoaded", () => document.head.append(element("script", { type: "module", src: page })));

  // Storage may be closed to us (private windows, blocked cookies); then a choice lasts for the page.
  const recall = (key) => {
    try {
      return localStorage.getItem(`paperstand.${key}`);
    } catch {
      return null;
    }
  };
  const remember = (key, value) => {
    try {
      localStorage.setItem(`paperstand.${key}`, value);
    } catch {
      // See above.
    }
  };

  const applyColours = (choice) => {
    if (choice === "auto") delete root.dataset.colours;
    else root.dataset.colours = choice;
  };
  let colours = choices.includes(recall("colours")) ? recall("colours") : "auto";
  applyColours(colours);
  if (recall("whole") === "yes") root.dataset.whole = "";

  /** The choice of colours. */
  class Palette extends HTMLElement {
    connectedCallback() {
      const palette = element("button", { className: "icon palette", type: "button" });
      const name = () => {
        palette.ariaLabel = `Colours: ${names[colours]}`;
      };
      name();
      palette.addEventListener("click", () => {
        colours = choices[(choices.indexOf(colours) + 1) % choices.length];
        applyColours(colours);
        remember("colours", colours);
        name();
      });
      this.replaceChildren(palette);
    }
  }

  /** What partials/header.html has on other pages, the brand aside. */
  class Header extends HTMLElement {
    connectedCallback() {
      const at = (path) => new URL(path, own).href;
      const entry = ([title, address, file]) => {
        const link = element("a", { href: at(address) }, title);
        if (file && file === this.getAttribute("at")) link.ariaCurrent = "true";
        return element("li", {}, link);
      };
      const nav = element("nav", { className: "nav", id: "nav", ariaLabel: "Site", popover: "auto" }, element("ul", {}, ...pages.map(entry)));
      const menu = element("button", { className: "icon menu", type: "button", ariaLabel: "Menu", popoverTargetElement: nav });
      const search = element("form", { className: "ps-search-open", action: at("../../search/") }, element("button", {}, element("span", {}, "Search")));
      const keep = element("a", { className: "icon keep", href: at("../../reading-list/"), title: "Reading list" });
      this.replaceChildren(menu, nav, search, keep, element("ps-palette"));
    }
  }

  customElements.define("ps-palette", Palette);
  customElements.define("ps-header", Header);

  document.addEventListener("DOMContentLoaded", () => {
    const whole = document.getElementById("whole");
    if (!whole) return;
    whole.checked = "whole" in root.dataset;
    whole.addEventListener("change", () => {
      delete root.dataset.whole;
      if (whole.checked) root.dataset.whole = "";
      remember("whole", whole.checked ? "yes" : "no");
    });
  });
})();
