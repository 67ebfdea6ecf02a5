/* The outlines of the districts in flat arrays: rings[first[i]] to rings[first[i + 1]] are those of
   district i, and ring r has the points start[r] to start[r + 1] of xy (world units). */
function readShapes(collection) {
  const parts = [];
  for (const { properties, geometry } of collection.features) {
    const many = geometry && (geometry.type === "Polygon" ? [geometry.coordinates] : geometry.coordinates);
    parts[properties.i] = many || [];
  }
  const rings = parts.map((many) => many.flatMap((polygon) => polygon.map(oriented)));
  const counts = rings.flatMap((some) => some.map((ring) => ring.length / 2));
  const shapes = {
    count: rings.length, first: ends(rings.map((some) => some.length)), start: ends(counts),
    xy: new Float64Array(2 * counts.reduce((a, b) => a + b, 0)), box: new Float64Array(4 * rings.length),
  };
  let at = 0;
  for (const ring of rings.flat()) { shapes.xy.set(ring, at); at += ring.length; }
  for (let i = 0; i < shapes.count; i += 1) shapes.box.set(boxOf(shapes, i), 4 * i);
  return shapes;
}

function ends(counts) {
  const out = new Int32Array(counts.length + 1);
  counts.forEach((count, at) => { out[at + 1] = out[at] + count; });
  return out;
}

/* Outer rings turn one way and holes the other, so that many districts can be filled as one path
   and districts that overlap a little leave no hole. */
function oriented(ring, place) {
  const out = new Float64Array(ring.length * 2);
  let twice = 0;
  ring.forEach(([lon, lat], at) => { out.set(worldOf(lon, lat), 2 * at); });
  for (let a = 0, b = out.length - 2; a < out.length; b = a, a += 2) {
    twice += (out[b] - out[a]) * (out[b + 1] + out[a + 1]);
  }
  if ((twice > 0) === (place === 0)) return out;
  const turned = new Float64Array(out.length);
  for (let a = 0; a < out.length; a += 2) {
    turned[a] = out[out.length - 2 - a];
    turned[a + 1] = out[out.length - 1 - a];
  }
  return turned;
}

function boxOf(shapes, i) {
  const box = [Infinity, Infinity, -Infinity, -Infinity];
  for (let p = shapes.start[shapes.first[i]]; p < shapes.start[shapes.first[i + 1]]; p += 1) {
    const x = shapes.xy[2 * p], y = shapes.xy[2 * p + 1];
    if (x < box[0]) box[0] = x;
    if (y < box[1]) box[1] = y;
    if (x > box[2]) box[2] = x;
    if (y > box[3]) box[3] = y;
  }
  return box;
}

/* How wide a district of middle size is, in world units; districts without a shape are left out. */
function typicalSide({ box, count }) {
  const sides = Float64Array.from({ length: count }, (_, i) => (
    Math.sqrt((box[4 * i + 2] - box[4 * i]) * (box[4 * i + 3] - box[4 * i + 1]))
  )).filter((side) => side > 0).sort();
  return sides.length ? sides[sides.length >> 1] : 0;
}

/* The same rings in pixels of one zoom, from the middle of the region (so that single precision is
   enough), without points nearer than half a pixel to the one before: nobody could see them. */
function fitShapes(shapes, scale, middle) {
  const px = new Float32Array(shapes.xy.length), start = new Int32Array(shapes.start.length);
  let out = 0;
  for (let ring = 0; ring + 1 < shapes.start.length; ring += 1) {
    const from = shapes.start[ring], to = shapes.start[ring + 1], begun = out;
    let lastX = Infinity, lastY = Infinity;
    for (let p = from; p < to; p += 1) {
      const x = (shapes.xy[2 * p] - middle[0]) * scale, y = (shapes.xy[2 * p + 1] - middle[1]) * scale;
      const far = Math.abs(x - lastX) + Math.abs(y - lastY) > 0.5;
      // Three points at least: a district smaller than a pixel still marks its place.
      if (!far && out - begun + to - p > 3) continue;
      px[2 * out] = lastX = x;
      px[2 * out + 1] = lastY = y;
      out += 1;
    }
    start[ring + 1] = out;
  }
  return { px, start, scale };
}

function traceShape(path, shapes, fitted, i, dx, dy) {
  const { px, start } = fitted;
  for (let ring = shapes.first[i]; ring < shapes.first[i + 1]; ring += 1) {
    const from = start[ring], to = start[ring + 1];
    if (from === to) continue;
    path.moveTo(px[2 * from] + dx, px[2 * from + 1] + dy);
    for (let p = from + 1; p < to; p += 1) path.lineTo(px[2 * p] + dx, px[2 * p + 1] + dy);
    // Not closePath: browsers measure the whole path for it, which is slow after many rings.
    path.lineTo(px[2 * from] + dx, px[2 * from + 1] + dy);
  }
}

/* Which district holds a place, by a grid of the boxes and then the rings; -1 for none. */
function finder(shapes, extent) {
  const side = Math.max(1, Math.min(256, Math.ceil(Math.sqrt(shapes.count)))), cells = new Map();
  const column = (x) => Math.floor((x - extent[0]) / (extent[2] - extent[0] || 1) * side);
  const row = (y) => Math.floor((y - extent[1]) / (extent[3] - extent[1] || 1) * side);
  for (let i = 0; i < shapes.count; i += 1) {
    const [left, top, right, bottom] = shapes.box.subarray(4 * i, 4 * i + 4);
    for (let a = column(left); a <= column(right); a += 1) {
      for (let b = row(top); b <= row(bottom); b += 1) {
        const key = a * 1000 + b;
        if (!cells.has(key)) cells.set(key, []);
        cells.get(key).push(i);
      }
    }
  }
  return (x, y) => {
    const near = cells.get(column(x) * 1000 + row(y)) || [];
    const found = near.find((i) => holds(shapes, i, x, y));
    return found === undefined ? -1 : found;
  };
}

function holds(shapes, i, x, y) {
  let inside = false;
  const { xy, start } = shapes;
  for (let ring = shapes.first[i]; ring < shapes.first[i + 1]; ring += 1) {
    for (let a = start[ring], b = start[ring + 1] - 1; a < start[ring + 1]; b = a, a += 1) {
      const ay = xy[2 * a + 1], by = xy[2 * b + 1];
      if (ay > y === by > y) continue;
      if (x < (xy[2 * b] - xy[2 * a]) * (y - ay) / (by - ay) + xy[2 * a]) inside = !inside;
    }
  }
  return inside;
}
