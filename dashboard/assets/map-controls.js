/* Buttons, keys and fingers. Every control is a button with a name; Tab passes through the map in
   seven stops at most, and Escape leaves it. */
const ICONS = {
  zoomIn: "M10 4v12M4 10h12", zoomOut: "M4 10h12", home: "M3 10l7-6 7 6M5 9v7h10V9",
  fullscreen: "M4 8V4h4M12 4h4v4M16 12v4h-4M8 16H4v-4", print: "M6 8V3h8v5M6 14H3V8h14v6h-3M6 12h8v5H6z",
};

function icon(name) {
  const out = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const line = document.createElementNS("http://www.w3.org/2000/svg", "path");
  out.setAttribute("viewBox", "0 0 20 20");
  out.setAttribute("aria-hidden", "true");
  line.setAttribute("d", ICONS[name]);
  out.appendChild(line);
  return out;
}

function mapButtons(map, actions) {
  const bar = L.DomUtil.create("div", "mg-buttons leaflet-control"), buttons = {};
  L.DomEvent.disableClickPropagation(bar);
  L.DomEvent.disableScrollPropagation(bar);
  for (const [name, act] of Object.entries(actions)) {
    buttons[name] = document.createElement("button");
    buttons[name].type = "button";
    buttons[name].dataset.act = name;
    buttons[name].appendChild(icon(name));
    buttons[name].addEventListener("click", act);
    // Keys of a button are its own: the map would pan and zoom with them.
    buttons[name].addEventListener("keydown", (event) => { if (event.key !== "Escape") event.stopPropagation(); });
    bar.appendChild(buttons[name]);
  }
  const Corner = L.Control.extend({ options: { position: "topright" }, onAdd: () => bar });
  new Corner().addTo(map);
  return {
    label(labels) {
      for (const [name, words] of Object.entries(labels)) {
        if (!buttons[name]) continue;
        buttons[name].title = words;
        buttons[name].setAttribute("aria-label", words);
      }
    },
    press: (name, on) => buttons[name] && buttons[name].setAttribute("aria-pressed", String(on)),
  };
}

function keyboardAndTouch(map, hint) {
  const box = map.getContainer(), touch = window.matchMedia("(pointer: coarse)").matches;
  box.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !document.fullscreenElement) document.activeElement.blur();
  });
  // A page must scroll past its map: the wheel zooms only after a click in the map.
  map.scrollWheelZoom.disable();
  map.on("click focus", () => map.scrollWheelZoom.enable());
  map.on("mouseout blur", () => map.scrollWheelZoom.disable());
  // On a touch screen one finger scrolls the page and two move the map, except in full screen.
  const oneFinger = () => map.dragging[touch && !document.fullscreenElement ? "disable" : "enable"]();
  oneFinger();
  document.addEventListener("fullscreenchange", oneFinger);
  // The browser takes the finger away from us when it scrolls the page with it.
  box.addEventListener("pointercancel", (event) => {
    if (event.pointerType === "touch" && !map.dragging.enabled()) hint();
  });
}

function touchHint(map) {
  const box = element("p", "mg-hint", "");
  box.setAttribute("aria-hidden", "true"); // fingers only; the buttons do the same
  map.getContainer().appendChild(box);
  let timer = 0;
  return (words) => {
    box.textContent = words;
    box.classList.add("mg-shown");
    clearTimeout(timer);
    timer = setTimeout(() => box.classList.remove("mg-shown"), 1400);
  };
}

/* Fills the screen with the map alone; null where the browser does not allow it. */
function fullscreen() {
  if (!document.fullscreenEnabled) return null;
  return () => (document.fullscreenElement ? document.exitFullscreen() : document.documentElement.requestFullscreen());
}
