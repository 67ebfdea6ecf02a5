/* What fills a district, by its code: a class digit, the letter of that class when its place is
   doubtful, and marks for no class. Every mark differs by its pattern and not by colour alone. */
const PLAIN_CODES = "012345678", DOUBT_CODES = "abcdefghi";
const MARKS = {
  "-": { paper: "#eef1f4", ink: "#98a3ad", lines: "/" },
  "~": { paper: "#eef1f4", ink: "#76828d", lines: "x" },
  m: { paper: "#d9dfe4", edge: "#ffffff" },
  x: { paper: "#fbfcfd", edge: "#c3ccd4" },
};
const TILE = 8;

function brightness(color) {
  const part = (at) => parseInt(color.slice(at, at + 2), 16);
  return (0.299 * part(1) + 0.587 * part(3) + 0.114 * part(5)) / 255;
}

/* One tile that repeats without a seam; drawn at the screen's own resolution. */
function hatch(pen, ratio, paper, ink, lines) {
  const tile = document.createElement("canvas"), side = Math.round(TILE * ratio);
  tile.width = tile.height = side;
  const brush = tile.getContext("2d");
  brush.scale(side / TILE, side / TILE);
  brush.fillStyle = paper;
  brush.fillRect(0, 0, TILE, TILE);
  brush.strokeStyle = ink;
  brush.lineWidth = 1.2;
  brush.beginPath();
  for (const x of [-TILE, 0, TILE]) {
    if (lines !== "\\") { brush.moveTo(x, TILE); brush.lineTo(x + TILE, 0); }
    if (lines !== "/") { brush.moveTo(x, 0); brush.lineTo(x + TILE, TILE); }
  }
  brush.stroke();
  const pattern = pen.createPattern(tile, "repeat");
  pattern.setTransform(new DOMMatrix().scale(TILE / side));
  return pattern;
}

/* Returns (pen, ratio, code, colors) -> {fill, edge}; patterns are made once. */
function paints() {
  const made = new Map();
  return (pen, ratio, code, colors) => {
    if (PLAIN_CODES.includes(code)) return { fill: colors[+code], edge: "#ffffff" };
    const color = colors[DOUBT_CODES.indexOf(code)];
    const mark = MARKS[code] || {
      paper: color, ink: brightness(color) < 0.55 ? "#ffffffb0" : "#10243ab0", lines: "\\",
    };
    if (!mark.lines) return { fill: mark.paper, edge: mark.edge };
    const key = [ratio, mark.paper, mark.lines].join();
    if (!made.has(key)) made.set(key, hatch(pen, ratio, mark.paper, mark.ink, mark.lines));
    return { fill: made.get(key), edge: "#ffffff" };
  };
}

/* Refuses a message that the map could only draw wrongly. */
function checkCodes(codes, colors, count) {
  if (codes.length !== count) throw new Error(`${codes.length} codes for ${count} districts`);
  for (const code of new Set(codes)) {
    const at = Math.max(PLAIN_CODES.indexOf(code), DOUBT_CODES.indexOf(code));
    if (at >= colors.length || (at < 0 && !MARKS[code])) throw new Error(`no style for code ${code}`);
  }
}
