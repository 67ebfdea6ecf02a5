/* The district layer. It fetches geometry and points once, by content-hashed URL, then each
   update restyles what is drawn from one character per district: a class digit, "-" for no
   data, "x" for filtered out. Names are only ever set as textContent. */
function mindgapLayer(map, options) {
  const stats = { features: 0, points: 0, updates: 0, restyleMs: 0, readyMs: 0, classes: "" };
  const started = performance.now();
  const renderer = L.canvas({ padding: 0.4, tolerance: 2 });
  const tip = L.tooltip({ direction: "auto", offset: [12, 0], className: "mg-tip" });
  const districts = L.geoJSON(null, { renderer, style: () => base });
  const base = { renderer, weight: 0.7, color: "#ffffff", fillOpacity: 1, fillColor: "#e8edf1" };
  let shapes = [], dots = [], names = null, wanted = null, outline = null, clicks = 0;
  let moved = false, home = L.latLngBounds(options.bounds);

  const hatch = (() => {
    const tile = document.createElement("canvas");
    tile.width = tile.height = 7;
    const pen = tile.getContext("2d");
    pen.fillStyle = "#eef1f4"; pen.fillRect(0, 0, 7, 7);
    pen.strokeStyle = "#a3adb6"; pen.lineWidth = 1.1;
    pen.beginPath();
    for (const x of [-7, 0, 7]) { pen.moveTo(x, 7); pen.lineTo(x + 7, 0); }
    pen.stroke();
    return pen.createPattern(tile, "repeat");
  })();

  function send(index) {
    clicks += 1;
    window.Streamlit.setComponentValue({ district: index, click: clicks });
  }

  function line(text, strong) {
    const out = document.createElement(strong ? "strong" : "span");
    out.textContent = text;
    out.dir = "auto";
    return out;
  }

  function card(lines) {
    const out = document.createElement("div");
    lines.filter(Boolean).forEach((text, at) => out.appendChild(line(text, at === 0)));
    return out;
  }

  function hover(shape, lines) {
    shape.on("mouseover mousemove", (event) => {
      tip.setContent(card(lines()));
      tip.setLatLng(event.latlng);
      if (!map.hasLayer(tip)) tip.addTo(map);
    });
    shape.on("mouseout", () => map.removeLayer(tip));
  }

  function districtLines(index) {
    if (!names || !wanted) return [];
    const figure = (names.figures[wanted.lens + ":" + wanted.layer] || [])[index];
    const what = names.words[wanted.layer] + (figure
      ? " " + figure[0].toFixed(1) + " of 100, rank " + figure[1] + " of " + names.districts.length
      : ": no data");
    return [names.districts[index], what, wanted.group ? "For: " + wanted.group : ""];
  }

  function styleOf(code) {
    if (code === "-") return { fillColor: hatch, color: "#ffffff", fillOpacity: 1, weight: 0.7 };
    if (code === "x") return { fillColor: "#fbfcfd", color: "#c9d1d8", fillOpacity: 1, weight: 0.5 };
    return { fillColor: wanted.colors[+code], color: "#ffffff", fillOpacity: 1, weight: 0.7 };
  }

  function radius() {
    return Math.max(2.6, Math.min(7, 2.6 + (map.getZoom() - map.getMinZoom()) * 0.8));
  }

  function select(index) {
    if (outline) { map.removeLayer(outline); outline = null; }
    if (index < 0 || !shapes[index]) return;
    outline = L.geoJSON(shapes[index].toGeoJSON(), {
      renderer, interactive: false, style: { renderer, fill: false, color: "#0a1622", weight: 3 },
    }).addTo(map);
    const box = shapes[index].getBounds();
    if (!map.getBounds().intersects(box)) map.panInsideBounds(box);
  }

  function showDots() {
    for (const dot of dots) {
      const on = dot.candidate ? wanted.candidates : wanted.levels[dot.level] === "1";
      if (on === map.hasLayer(dot.shape)) {
        if (on) dot.shape.bringToFront();
      } else if (on) dot.shape.addTo(map);
      else map.removeLayer(dot.shape);
    }
  }

  function apply() {
    if (!wanted || !shapes.length) return;
    const from = performance.now();
    shapes.forEach((shape, index) => shape.setStyle(styleOf(wanted.classes[index])));
    select(wanted.selected);
    showDots();
    stats.classes = wanted.classes;
    stats.updates += 1;
    requestAnimationFrame(() => { stats.restyleMs = performance.now() - from; });
  }

  function fail(what) {
    const box = document.createElement("p");
    box.className = "mg-fail";
    box.setAttribute("role", "alert");
    box.textContent = what + " could not be loaded. Reload the page; the table still works.";
    map.getContainer().appendChild(box);
  }

  async function fetchJson(url) {
    const answer = await fetch(url);
    const kind = answer.headers.get("content-type") || "";
    // Streamlit answers an unknown address with its index page and status 200.
    if (!answer.ok || !kind.includes("json")) throw new Error("not found");
    return answer.json();
  }

  function draw(collection) {
    districts.addData(collection);
    districts.eachLayer((shape) => {
      const index = shape.feature.properties.i;
      shapes[index] = shape;
      shape.on("click", () => send(index));
      hover(shape, () => districtLines(index));
    });
    districts.addTo(map);
    stats.features = shapes.length;
    apply();
    requestAnimationFrame(() => { stats.readyMs = performance.now() - started; });
  }

  function addDots(data) {
    names = data;
    dots = data.services.map(([lon, lat, level, candidate, district, name, type]) => {
      const shape = L.circleMarker([lat, lon], {
        renderer, radius: radius(), weight: candidate ? 1.2 : 0.9, fillOpacity: candidate ? 0.85 : 0.95,
        color: candidate ? "#3b4650" : "#ffffff",
        fillColor: candidate ? "#ffffff" : options.levelColors[level],
      });
      hover(shape, () => [name || type, name ? type : "", candidate ? "Possible place for integration" : ""]);
      shape.on("click", () => { if (district >= 0) send(district); });
      return { shape, level, candidate: candidate === 1 };
    });
    stats.points = dots.length;
    if (wanted && shapes.length) { select(wanted.selected); showDots(); }
  }

  function fit() {
    const narrow = window.innerWidth < 520;
    const height = narrow ? Math.min(420, options.height) : options.height;
    map.getContainer().style.height = height + "px";
    window.Streamlit.setFrameHeight(height);
    map.invalidateSize({ animate: false });
    if (moved) return;
    map.setMinZoom(0);
    map.fitBounds(home, { padding: [10, 10], animate: false });
    map.setMinZoom(map.getZoom() - 0.5);
    map.setMaxBounds(home.pad(0.6));
  }

  map.getContainer().setAttribute("aria-label", options.label);
  map.getContainer().setAttribute("role", "application");
  L.control.zoom({ position: "topright" }).addTo(map);
  L.control.scale({ position: "bottomright" }).addTo(map);
  // A page must scroll past its map: the wheel zooms only after a click in it,
  // and on a touch screen one finger scrolls and two move the map.
  map.scrollWheelZoom.disable();
  map.on("click focus", () => map.scrollWheelZoom.enable());
  map.on("mouseout blur", () => map.scrollWheelZoom.disable());
  if (L.Browser.mobile) map.dragging.disable();
  map.on("dragstart zoomstart", () => { if (stats.readyMs) moved = true; });
  map.on("zoomend", () => dots.forEach((dot) => dot.shape.setRadius(radius())));
  window.addEventListener("resize", () => requestAnimationFrame(fit));
  setTimeout(fit, 0);
  fetchJson(options.geometry).then(draw).catch(() => fail("The map"));
  fetchJson(options.points).then(addDots).catch(() => fail("Service points"));

  return {
    stats, map,
    update(next) {
      wanted = next;
      apply();
      setTimeout(fit, 0);
      return L.layerGroup();
    },
    colorOf: (index) => shapes[index].options.fillColor,
    pixelOf: (index) => map.latLngToContainerPoint(shapes[index].getBounds().getCenter()),
  };
}
