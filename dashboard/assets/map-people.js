/* Where people live: one dot a place, larger for more people, in a few sizes so that tens of
   thousands are a few fills. A number that is withheld gets the smallest dot. */
const PEOPLE_STEPS = [0, 300, 1000, 3000, 10000, 50000];

function peopleLayer(map, options, stats) {
  let places = null;
  const canvas = addCanvas(map, "people", 410, draw);

  function draw(pen, view) {
    if (!places) return;
    const grown = Math.min(3.2, 1.2 + nearness(map, options) * 0.35);
    places.forEach((some, step) => {
      const path = new Path2D(), r = (0.5 + 0.28 * step) * grown;
      for (let k = 0; k < some.length; k += 2) {
        const x = some[k] * view.scale - view.left, y = some[k + 1] * view.scale - view.top;
        if (x < -r || y < -r || x > view.width + r || y > view.height + r) continue;
        // A circle this small is a square on the screen, and a square is drawn much faster.
        if (r < 1.6) path.rect(x - r, y - r, 2 * r, 2 * r);
        else { path.moveTo(x + r, y); path.arc(x, y, r, 0, 7); }
      }
      pen.fillStyle = "#141c24c0";
      pen.fill(path);
    });
  }

  return {
    canvas,
    /* Rows [lon, lat, people or null], or null to draw none. */
    show(rows) {
      const steps = rows && PEOPLE_STEPS.map(() => []);
      for (const [lon, lat, people] of rows || []) {
        const step = people === null ? 0 : PEOPLE_STEPS.filter((least) => people >= least).length - 1;
        steps[step].push(...worldOf(lon, lat));
      }
      places = steps;
      stats.people = rows ? rows.length : 0;
      canvas.request();
    },
  };
}
