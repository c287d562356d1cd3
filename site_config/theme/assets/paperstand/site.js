// Runs in <head>, before anything is drawn, so that a reader's choice of colours never flickers.
"use strict";
(() => {
  const root = document.documentElement;
  const choices = ["auto", "light", "dark"];
  const names = { auto: "as the system", light: "light", dark: "dark" };

  const icon = document.createElement("link");
  icon.rel = "icon";
  icon.href = new URL("icon.svg", document.currentScript.src);
  document.head.append(icon);

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

  document.addEventListener("DOMContentLoaded", () => {
    const palette = document.createElement("button");
    palette.className = "icon palette";
    palette.type = "button";
    const name = () => palette.setAttribute("aria-label", `Colours: ${names[colours]}`);
    name();
    document.querySelector(".actions").append(palette);
    palette.addEventListener("click", () => {
      colours = choices[(choices.indexOf(colours) + 1) % choices.length];
      applyColours(colours);
      remember("colours", colours);
      name();
    });

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
