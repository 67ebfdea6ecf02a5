/* The coloured districts. All districts of one code are one path, so a restyle costs a handful of
   fills however many districts there are; districts outside the canvas are left out. */
function districtLayer(map, stats) {
  const paint = paints();
  let shapes = null, extent = null, side = 0, fitted = null, find = null;
  let codes = "", colors = [], opacity = 1, fills = [];
  const canvas = addCanvas(map, "districts", 390, draw);

  function fit(scale) {
    if (!fitted || fitted.scale !== scale) {
      fitted = fitShapes(shapes, scale, [(extent[0] + extent[2]) / 2, (extent[1] + extent[3]) / 2]);
    }
    return fitted;
  }

  function shift(view) {
    return [
      (extent[0] + extent[2]) / 2 * view.scale - view.left, (extent[1] + extent[3]) / 2 * view.scale - view.top,
    ];
  }

  function draw(pen, view) {
    if (!shapes || !codes) return;
    const paths = new Map(), { box } = shapes, [dx, dy] = shift(view), now = fit(view.scale);
    const left = view.left / view.scale, right = (view.left + view.width) / view.scale;
    const top = view.top / view.scale, bottom = (view.top + view.height) / view.scale;
    for (let i = 0; i < shapes.count; i += 1) {
      if (box[4 * i] > right || box[4 * i + 2] < left || box[4 * i + 1] > bottom || box[4 * i + 3] < top) continue;
      const code = codes[i];
      if (!paths.has(code)) paths.set(code, new Path2D());
      traceShape(paths.get(code), shapes, now, i, dx, dy);
    }
    pen.globalAlpha = opacity;
    fills = new Map([...paths.keys()].map((code) => [code, paint(pen, view.ratio, code, colors)]));
    for (const [code, path] of paths) {
      pen.fillStyle = fills.get(code).fill;
      pen.fill(path);
    }
    pen.globalAlpha = 1;
    edges(pen, view, paths);
    stats.draws += 1;
  }

  /* White borders as thin as the districts are small: else they would be all one sees. */
  function edges(pen, view, paths) {
    pen.lineWidth = Math.min(0.8, side * view.scale / 14);
    if (pen.lineWidth < 0.3) return;
    pen.lineJoin = "round";
    for (const [code, path] of paths) {
      pen.strokeStyle = fills.get(code).edge;
      pen.stroke(path);
    }
  }

  return {
    canvas,
    get ready() { return shapes !== null; },
    load(collection) {
      shapes = readShapes(collection);
      extent = [Infinity, Infinity, -Infinity, -Infinity];
      for (let i = 0; i < shapes.count; i += 1) {
        const box = shapes.box.subarray(4 * i, 4 * i + 4);
        extent = extent.map((end, k) => (k < 2 ? Math.min(end, box[k]) : Math.max(end, box[k])));
      }
      side = typicalSide(shapes);
      find = finder(shapes, extent);
      stats.features = shapes.count;
    },
    restyle(next) {
      checkCodes(next.codes, next.colors, shapes.count);
      const clear = next.basemap ? 0.65 : 1;
      if (codes === next.codes && opacity === clear && String(colors) === String(next.colors)) return false;
      codes = next.codes;
      colors = next.colors;
      opacity = clear;
      canvas.request();
      return true;
    },
    at: (latlng) => (find ? find(...worldOf(latlng.lng, latlng.lat)) : -1),
    /* The outline of one district, for a canvas above. */
    outline(pen, view, i) {
      if (!shapes || i < 0 || i >= shapes.count) return;
      const path = new Path2D();
      traceShape(path, shapes, fit(view.scale), i, ...shift(view));
      pen.lineJoin = "round";
      for (const [width, color] of [[5, "#ffffff"], [2.5, "#0a1622"]]) {
        pen.lineWidth = width;
        pen.strokeStyle = color;
        pen.stroke(path);
      }
    },
    boundsOf(i) {
      if (!shapes || i < 0 || i >= shapes.count) return null;
      const size = map.options.crs.scale(0);
      const [left, top, right, bottom] = [...shapes.box.subarray(4 * i, 4 * i + 4)].map((v) => v * size);
      if (!Number.isFinite(left)) return null; // a district without a shape
      return L.latLngBounds(map.unproject([left, bottom], 0), map.unproject([right, top], 0));
    },
    fillOf: (i) => fills.get(codes[i]).fill,
  };
}
