/* What part of the region is seen: fits it to the frame and to paper, follows the link, and tells
   Python where the reader went. Only moves of the reader are told. */
// CSS pixels: what lies between the margins of a sheet of A4, and leaves room for the rest of the
// page even where the sheet lies on its side. The frame has this size by style-map.css.
const PAPER = [680, 400];
const TELL_AFTER = 700; // ms
// Around the whole region: room for the buttons, which lie over the right side of the map.
const AROUND = { paddingTopLeft: [10, 10], paddingBottomRight: [54, 10] };

function mapView(map, options, tell) {
  const home = L.latLngBounds(options.bounds), box = map.getContainer();
  let base = home, around = AROUND, moved = false, quiet = false, timer = 0, linked = "", told = [];
  let screen = null, fitted = "";

  const keyOf = (bounds) => (bounds ? bounds.map((degrees) => degrees.toFixed(4)).join() : "");

  function quietly(act) {
    quiet = true;
    try { act(); } finally { quiet = false; }
  }

  function report() {
    const b = map.getBounds();
    const ends = [b.getWest(), b.getSouth(), b.getEast(), b.getNorth()].map((degrees) => +degrees.toFixed(6));
    const key = keyOf(ends);
    if (key === told[told.length - 1]) return;
    told = [...told, key].slice(-20);
    tell({ bounds: ends });
  }

  function toBase() {
    quietly(() => map.fitBounds(base, { ...around, animate: false }));
    moved = false;
  }

  function height() {
    if (document.fullscreenElement) return window.innerHeight;
    return window.innerWidth < 520 ? Math.min(420, options.height) : options.height;
  }

  /* What the frame shows from the farthest zoom: narrower limits would have Leaflet move the map. */
  function farthest(zoom) {
    const middle = map.project(home.getCenter(), zoom), far = map.getSize().add([64, 20]).divideBy(2);
    return L.latLngBounds(map.unproject(middle.subtract(far), zoom), map.unproject(middle.add(far), zoom));
  }

  function fit() {
    if (screen) return; // on paper
    box.style.width = "100%";
    box.style.height = height() + "px";
    if (!document.fullscreenElement) window.Streamlit.setFrameHeight(height());
    const size = `${box.clientWidth} ${box.clientHeight}`;
    if (size === fitted) return;
    fitted = size;
    quietly(() => {
      map.invalidateSize({ animate: false });
      // The least zoom last: Leaflet would animate its own way there from a lower one.
      map.setMinZoom(0);
      const least = map.getBoundsZoom(home, false, L.point(64, 20)) - 0.5;
      if (!moved) map.fitBounds(base, { ...around, animate: false });
      if (map.getZoom() < least) map.setView(map.getCenter(), least, { animate: false });
      map.setMinZoom(least);
      map.setMaxBounds(home.pad(0.6).extend(farthest(least)));
    });
  }

  /* Follows the bounds of the link, but not those the map itself told: they may come back late. */
  function follow(bounds) {
    const key = keyOf(bounds);
    if (key === linked) return;
    linked = key;
    const own = told.lastIndexOf(key);
    if (own >= 0) { told = told.slice(own); return; }
    clearTimeout(timer);
    told = [];
    base = bounds ? L.latLngBounds([bounds[1], bounds[0]], [bounds[3], bounds[2]]) : home;
    around = bounds ? { padding: [0, 0] } : AROUND;
    toBase();
  }

  function toPaper() {
    if (screen) return;
    const whole = !moved && base === home, seen = whole ? home : map.getBounds();
    screen = { center: map.getCenter(), zoom: map.getZoom(), snap: map.options.zoomSnap, least: map.getMinZoom() };
    document.body.classList.add("mg-paper");
    [box.style.width, box.style.height] = PAPER.map((side) => side + "px");
    map.options.zoomSnap = 0;
    quietly(() => {
      map.setMinZoom(0);
      map.invalidateSize({ animate: false });
      map.fitBounds(seen, { padding: whole ? [4, 4] : [0, 0], animate: false });
    });
    flatten();
  }

  /* Puts every canvas into the lowest; the style sheet hides the others on paper. Browsers print
     the commands of a canvas, and those that clear the upper ones would wipe out the lower. */
  function flatten() {
    const [lowest, ...above] = box.querySelectorAll("canvas"), pen = lowest.getContext("2d");
    const base = lowest.getBoundingClientRect(), ratio = lowest.width / base.width;
    pen.setTransform(ratio, 0, 0, ratio, 0, 0);
    for (const canvas of above) {
      const at = canvas.getBoundingClientRect();
      pen.drawImage(canvas, at.x - base.x, at.y - base.y, at.width, at.height);
    }
  }

  function fromPaper() {
    if (!screen) return;
    const { center, zoom, snap, least } = screen;
    screen = null;
    document.body.classList.remove("mg-paper");
    map.options.zoomSnap = snap;
    box.style.width = "100%";
    box.style.height = height() + "px";
    quietly(() => {
      map.invalidateSize({ animate: false });
      map.setView(center, zoom, { animate: false });
      map.setMinZoom(least);
    });
  }

  // Leaflet would answer a resize too, and its move could not be told from the reader's.
  L.DomEvent.off(window, "resize", map._onResize, map);
  window.addEventListener("resize", () => requestAnimationFrame(fit));
  document.addEventListener("fullscreenchange", () => requestAnimationFrame(fit));
  window.addEventListener("beforeprint", toPaper);
  window.addEventListener("afterprint", fromPaper);
  map.on("moveend", () => {
    if (quiet) return;
    moved = true;
    clearTimeout(timer);
    timer = setTimeout(report, TELL_AFTER);
  });

  return {
    fit, follow,
    home: () => map.fitBounds(home, { ...AROUND, animate: !stillReader() }),
    /* The whole page is printed: the map alone would have no title, legend or source. */
    print: async () => {
      if (document.fullscreenElement) await document.exitFullscreen();
      toPaper();
      window.parent.print();
      fromPaper();
      fit();
    },
    /* Brings a district into view when none of it is seen; a short move of the map's own. */
    show(bounds) {
      if (!bounds || map.getBounds().intersects(bounds)) return;
      moved = true;
      quietly(() => map.panInsideBounds(bounds, { animate: false }));
    },
  };
}

const stillReader = () => window.matchMedia("(prefers-reduced-motion: reduce)").matches;

/* Readers who asked for less motion get every move at once. */
function withoutMotion(map) {
  if (!stillReader()) return;
  map._zoomAnimated = false;
  map.options.inertia = false;
  const panBy = map.panBy;
  map.panBy = (offset, options) => panBy.call(map, offset, { ...options, animate: false });
}
