/* Services and possible places for integration: a shape and a colour for each level, and one
   bubble with a number where many would lie on each other. */
const CELL = 46, CROWD = 6;
const SYMBOLS = ["circle", "square", "triangle", "diamond", "pentagon", "cross"];

function symbol(path, name, x, y, r) {
  const corners = { square: [4, 45], triangle: [3, -90], diamond: [4, 0], pentagon: [5, -90] }[name];
  if (name === "circle") { path.moveTo(x + r, y); path.arc(x, y, r, 0, 7); return; }
  if (name === "cross") {
    const arm = r * 0.4;
    path.rect(x - arm, y - r, 2 * arm, 2 * r);
    path.rect(x - r, y - arm, 2 * r, 2 * arm);
    return;
  }
  const [count, turn] = corners, wide = r * (name === "triangle" ? 1.35 : 1.2);
  for (let k = 0; k <= count; k += 1) { // back to the first corner: closePath is slow in a long path
    const angle = (turn + (360 / count) * k) * Math.PI / 180;
    path[k ? "lineTo" : "moveTo"](x + wide * Math.cos(angle), y + wide * Math.sin(angle));
  }
}

/* Groups services by cells of a grid fixed to the world at this zoom, so that panning changes no
   bubble. Returns marks {x, y, r, members} in world pixels; candidates are grouped apart. */
function clusterServices(services, scale, single, together) {
  const cells = new Map();
  for (const service of services) {
    const x = service.x * scale, y = service.y * scale;
    const key = together ? `${Math.floor(x / CELL)},${Math.floor(y / CELL)},${service.candidate}` : service.id;
    if (!cells.has(key)) cells.set(key, []);
    cells.get(key).push({ service, x, y });
  }
  const marks = [], bubbles = new Map();
  for (const [key, members] of cells) {
    if (members.length < CROWD) {
      for (const { service, x, y } of members) marks.push({ x, y, r: single, members: [service] });
    } else {
      const middle = (of) => members.reduce((sum, member) => sum + member[of], 0) / members.length;
      bubbles.set(key, {
        x: middle("x"), y: middle("y"), r: Math.min(20, 10 + 3.2 * Math.log10(members.length)),
        members: members.map((member) => member.service),
      });
    }
  }
  spread(bubbles);
  return [...marks, ...bubbles.values()];
}

/* Pushes bubbles that cover each other apart, half the way each; only those of cells beside each
   other can. Two rounds: what still touches then is readable. */
function spread(bubbles) {
  for (let round = 0; round < 2; round += 1) {
    for (const [key, one] of bubbles) {
      const [column, row] = key.split(",").map(Number);
      for (let near = 0; near < 18; near += 1) {
        const beside = [column + Math.floor(near / 2) % 3 - 1, row + Math.floor(near / 6) - 1, near % 2 === 1];
        const other = bubbles.get(beside.join());
        if (!other || other === one) continue;
        const dx = other.x - one.x || 0.01, dy = other.y - one.y, far = Math.hypot(dx, dy);
        const push = (one.r + other.r + 1 - far) / 2 / far;
        if (push <= 0) continue;
        one.x -= dx * push;
        one.y -= dy * push;
        other.x += dx * push;
        other.y += dy * push;
      }
    }
  }
}

function serviceLayer(map, options, stats, below) {
  let all = [], shown = [], marks = [], key = "", number = String, highlighted = "";
  const canvas = addCanvas(map, "services", 430, draw);

  function arrange(scale) {
    const single = Math.min(7, 3.2 + nearness(map, options) * 0.8), now = `${scale} ${single}`;
    if (now === key) return;
    key = now;
    marks = clusterServices(shown, scale, single, map.getZoom() < map.getMaxZoom());
    stats.marks = marks.length;
  }

  function draw(pen, view) {
    below(pen, view);
    arrange(view.scale);
    const near = marks.filter((mark) => {
      const x = mark.x - view.left, y = mark.y - view.top;
      return x > -20 && y > -20 && x < view.width + 20 && y < view.height + 20;
    });
    const single = near.filter((mark) => mark.members.length === 1);
    dots(pen, view, single.filter((mark) => mark.members[0].candidate), "circle", "#ffffff", "#3b4650");
    options.levelColors.forEach((color, level) => dots(
      pen, view, single.filter(({ members: [one] }) => !one.candidate && one.level === level),
      SYMBOLS[level % SYMBOLS.length], color, "#ffffff",
    ));
    near.filter((mark) => mark.members.length > 1).forEach((mark) => bubble(pen, view, mark));
    halo(pen, view);
  }

  function dots(pen, view, some, name, fill, edge) {
    if (!some.length) return;
    const path = new Path2D();
    for (const mark of some) symbol(path, name, mark.x - view.left, mark.y - view.top, mark.r);
    pen.fillStyle = fill;
    pen.strokeStyle = edge;
    pen.lineWidth = 1;
    pen.fill(path);
    pen.stroke(path);
  }

  function bubble(pen, view, mark) {
    const candidate = mark.members[0].candidate, levels = new Set(mark.members.map((one) => one.level));
    const color = levels.size === 1 ? options.levelColors[mark.members[0].level] : "#10243a";
    const path = new Path2D();
    path.arc(mark.x - view.left, mark.y - view.top, mark.r, 0, 7);
    pen.fillStyle = candidate ? "#ffffff" : color;
    pen.strokeStyle = candidate ? "#3b4650" : "#ffffff";
    pen.lineWidth = 1.6;
    pen.fill(path);
    pen.stroke(path);
    pen.fillStyle = candidate ? "#10243a" : "#ffffff";
    pen.font = "600 11px 'Source Sans', sans-serif";
    pen.textAlign = "center";
    pen.textBaseline = "middle";
    pen.fillText(number(mark.members.length), mark.x - view.left, mark.y - view.top + 0.5);
  }

  function halo(pen, view) {
    const one = all.find((service) => service.id === highlighted);
    if (!one) return;
    const x = one.x * view.scale - view.left, y = one.y * view.scale - view.top, path = new Path2D();
    dots(pen, view, [{ x: x + view.left, y: y + view.top, r: 6 }],
      one.candidate ? "circle" : SYMBOLS[one.level % SYMBOLS.length],
      one.candidate ? "#ffffff" : options.levelColors[one.level], one.candidate ? "#3b4650" : "#ffffff");
    path.arc(x, y, 11, 0, 7);
    for (const [width, color] of [[5, "#ffffff"], [2.5, "#0a1622"]]) {
      pen.lineWidth = width;
      pen.strokeStyle = color;
      pen.stroke(path);
    }
  }

  function visible(show) {
    const levels = new Set(show.levels), owners = show.owners && new Set(show.owners);
    const types = show.types && new Set(show.types);
    return (one) => (one.candidate ? show.candidates : levels.has(one.level))
      && (!owners || owners.has(one.owner)) && (!types || types.has(one.type))
      && (!show.districts || show.districts[one.district] === "1");
  }

  return {
    canvas,
    load(data) {
      all = data.services.map(([lon, lat, level, candidate, district, name, type, owner, id]) => {
        const [x, y] = worldOf(lon, lat);
        return { x, y, level, candidate: candidate === 1, district, name, type, owner, id };
      });
      stats.points = all.length;
    },
    restyle(next) {
      const compact = new Intl.NumberFormat(next.locale, { notation: "compact", maximumFractionDigits: 1 });
      number = (n) => (n < 10000 ? String(n) : compact.format(n));
      shown = all.filter(visible(next.show));
      highlighted = next.service;
      key = "";
      canvas.request();
    },
    /* The mark under a place of the map, or null; `slack` pixels beside it still count. */
    at(latlng, slack) {
      const [x, y] = worldOf(latlng.lng, latlng.lat), scale = map.options.crs.scale(map.getZoom());
      let best = null, least = Infinity;
      for (const mark of marks) {
        const far = Math.hypot(mark.x - x * scale, mark.y - y * scale);
        if (far <= mark.r + slack && far - mark.r < least) { best = mark; least = far - mark.r; }
      }
      return best;
    },
    boundsOf(mark) {
      const size = map.options.crs.scale(0);
      return L.latLngBounds(mark.members.map((one) => map.unproject([one.x * size, one.y * size], 0)));
    },
    /* For tests and measurements: marks as the reader sees them. */
    marks: () => marks.map((mark) => ({
      at: map.latLngToContainerPoint(map.unproject([mark.x, mark.y], map.getZoom())),
      count: mark.members.length, id: mark.members[0].id,
    })),
  };
}
