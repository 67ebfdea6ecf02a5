/* Runs before Streamlit's own scripts. */
"use strict";
(() => {
  // Told where the server is, Streamlit's client does not look for it below the page's own address,
  // which would log an error for every page but the first.
  const base = new URL("..", document.currentScript.src);
  window.__streamlit = { BACKEND_BASE_URL: base.href.replace(/\/$/, "") };

  // What the map will ask for comes while Streamlit starts; the browser keeps it. What fails is asked
  // for again by the map, which tells the reader.
  const { ahead } = document.currentScript.dataset;
  if (ahead) {
    window.addEventListener("load", () => {
      for (const address of ahead.split(" ")) fetch(address, { priority: "low" }).catch(() => {});
    });
  }

  // The language of the page is in its address, which changes without a new page.
  const follow = () => {
    const asked = new URLSearchParams(window.location.search).get("lang");
    if (/^[a-z]{2}$/.test(asked || "")) document.documentElement.lang = asked;
  };
  for (const name of ["pushState", "replaceState"]) {
    const plain = window.history[name];
    window.history[name] = function (...given) {
      const out = plain.apply(this, given);
      follow();
      return out;
    };
  }
  window.addEventListener("popstate", follow);
  follow();
})();
