/* A canvas that stays under the map while it moves, and the projection all drawing shares.
   Positions are kept in world units, 0 to 1 across the Mercator square, so that a change of zoom
   is one multiplication and not a projection of every point. */
function worldOf(lon, lat) {
  const y = Math.max(-85.0511, Math.min(85.0511, lat)) * Math.PI / 180;
  return [lon / 360 + 0.5, 0.5 - Math.log(Math.tan(Math.PI / 4 + y / 2)) / (2 * Math.PI)];
}

/* Pixels of the canvas per CSS pixel: as the screen has them, and at least two on paper. */
function pixelRatio() {
  return document.body.classList.contains("mg-paper") ? 2 : Math.min(2, Math.max(1, window.devicePixelRatio));
}

/* `draw(pen, view)` paints; view is {scale, left, top, width, height, ratio}: a place (x, y) of the
   world lies at (x * scale - left, y * scale - top) CSS pixels of the canvas. */
const CanvasLayer = L.Renderer.extend({
  initialize(pane, draw) {
    L.Renderer.prototype.initialize.call(this, { pane, padding: 0.3 });
    this._paint = draw;
  },
  _initContainer() {
    this._container = document.createElement("canvas");
    this._pen = this._container.getContext("2d");
  },
  _destroyContainer() {
    cancelAnimationFrame(this._frame);
    this._container.remove();
    delete this._container;
  },
  _update() {
    if (this._map._animatingZoom && this._bounds) return;
    L.Renderer.prototype._update.call(this);
    const size = this._bounds.getSize(), ratio = pixelRatio();
    this._container.width = Math.round(size.x * ratio);
    this._container.height = Math.round(size.y * ratio);
    this._container.style.width = size.x + "px";
    this._container.style.height = size.y + "px";
    L.DomUtil.setPosition(this._container, this._bounds.min);
    this.redraw();
  },
  view() {
    const size = this._bounds.getSize();
    const corner = this._map.getPixelOrigin().add(this._bounds.min);
    return {
      scale: this._map.options.crs.scale(this._zoom), left: corner.x, top: corner.y,
      width: size.x, height: size.y, ratio: pixelRatio(),
    };
  },
  redraw() {
    cancelAnimationFrame(this._frame);
    this._frame = 0;
    const view = this.view();
    this._pen.setTransform(view.ratio, 0, 0, view.ratio, 0, 0);
    this._pen.clearRect(0, 0, view.width, view.height);
    this._paint(this._pen, view);
  },
  /* Several changes before the next frame are one redraw. While a zoom is animated the canvas is
     only stretched; it is redrawn when that ends. */
  request() {
    if (this._frame || !this._map) return;
    this._frame = requestAnimationFrame(() => {
      this._frame = 0;
      if (this._map && !this._map._animatingZoom) this.redraw();
    });
  },
});

/* Steps of zoom nearer than the whole region, on any frame and on paper: points grow with it. */
function nearness(map, options) {
  return Math.max(0, map.getZoom() - map.getBoundsZoom(options.bounds));
}

function addCanvas(map, name, zIndex, draw) {
  const pane = map.createPane("mg-" + name);
  pane.style.zIndex = zIndex;
  pane.style.pointerEvents = "none";
  return new CanvasLayer("mg-" + name, draw).addTo(map);
}
