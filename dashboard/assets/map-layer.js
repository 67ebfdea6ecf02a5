/* The map of Mindgap. It fetches outlines and services once, by addresses that never change their
   content; each message then restyles what is drawn from one character per district. */
const KEPT = 12; // answers kept: layers the reader goes back to

/* Fetches JSON once per address; the newest addresses are kept. */
function fetcher() {
  const kept = new Map();
  async function load(url) {
    const answer = await fetch(url);
    const kind = answer.headers.get("content-type") || "";
    // Streamlit answers an unknown address with its index page and status 200.
    if (!answer.ok || !kind.includes("json")) throw new Error(`${url}: status ${answer.status}, ${kind}`);
    return answer.json();
  }
  return (url) => {
    if (!kept.has(url)) {
      const answer = load(url);
      answer.catch(() => kept.delete(url)); // asked for again next time
      kept.set(url, answer);
      if (kept.size > KEPT) kept.delete(kept.keys().next().value);
    }
    return kept.get(url);
  };
}

function mindgapLayer(map, options) {
  const stats = { features: 0, points: 0, marks: 0, people: 0, updates: 0, draws: 0, restyleMs: 0, readyMs: 0, codes: "" };
  const started = performance.now(), fetchJson = fetcher();
  const style = document.createElement("style");
  style.textContent = mapStyle;
  document.head.appendChild(style);
  withoutMotion(map);
  let wanted = null, data = null, values = null, clicks = 0, moves = 0, broken = false;
  const send = (message) => window.Streamlit.setComponentValue(message);
  const card = hoverCard(map), notice = notices(map), hint = touchHint(map);
  const districts = districtLayer(map, stats), people = peopleLayer(map, options, stats), reach = reachLayer(map);
  const services = serviceLayer(map, options, stats, (pen, view) => wanted && districts.outline(pen, view, wanted.selected));
  const background = backgroundLayer(map, notice);
  const view = mapView(map, options, (told) => { moves += 1; send({ ...told, move: moves }); });
  const whole = fullscreen();
  const buttons = mapButtons(map, {
    zoomIn: () => map.zoomIn(), zoomOut: () => map.zoomOut(), home: view.home,
    ...(whole && { fullscreen: whole }), print: view.print,
  });

  function fail(error) {
    console.warn(error); // for whoever mends it; the reader is told in their language
    broken = true;
    if (wanted) notice.show("data", wanted.words.failed);
  }

  /* A message that cannot be drawn is told like an answer that did not come. */
  function guarded(act) {
    try { act(); } catch (error) { fail(error); }
  }

  function target(event) {
    const slack = window.matchMedia("(pointer: coarse)").matches ? 10 : 3;
    const mark = services.at(event.latlng, slack);
    return mark ? { mark } : { district: districts.at(event.latlng) };
  }

  function hover(event) {
    const { mark, district } = target(event);
    map.getContainer().classList.toggle("mg-on", Boolean(mark) || district >= 0);
    if (!wanted || !data || (!mark && district < 0)) card.hide();
    else if (mark) card.show(mark, event.latlng, () => serviceLines(mark, data, wanted));
    else card.show(district, event.latlng, () => districtLines(district, data.districts, values, wanted));
  }

  function click(event) {
    const { mark, district } = target(event);
    if (mark && mark.members.length > 1) {
      map.fitBounds(services.boundsOf(mark), { padding: [60, 60], animate: !stillReader() });
    } else if (mark || district >= 0) {
      clicks += 1;
      send(mark ? { service: mark.members[0].id, click: clicks } : { district, click: clicks });
    }
  }

  const same = (before, next, ...names) => before
    && names.every((name) => JSON.stringify(before[name]) === JSON.stringify(next[name]));

  /* Draws what differs from the message before; all of it when something was fetched. */
  function apply(before) {
    if (!wanted) return;
    const next = wanted, from = performance.now();
    background(next.basemap, next.words.tilesFailed);
    if (districts.ready && districts.restyle(next)) {
      requestAnimationFrame(() => { stats.restyleMs = performance.now() - from; });
    }
    if (!same(before, next, "selected")) view.show(districts.boundsOf(next.selected));
    if (!same(before, next, "show", "service", "selected", "locale")) services.restyle(next);
    reach(next.rings);
    stats.codes = next.codes;
    if (broken) notice.show("data", next.words.failed);
  }

  /* Figures and places of people come by address; an answer that is no longer wanted is dropped. */
  function fetchWanted(before) {
    const { values: address, people: places } = wanted;
    if (!same(before, wanted, "values")) {
      values = null;
      if (address) fetchJson(address).then((rows) => { if (wanted.values === address) values = rows; }).catch(fail);
    }
    if (same(before, wanted, "people")) return;
    if (!places) people.show(null);
    else fetchJson(places).then((rows) => { if (wanted.people === places) people.show(rows); }).catch(fail);
  }

  function update(next) {
    const before = wanted;
    setTimeout(view.fit, 0); // the component sets its own height after each message
    if (JSON.stringify(before) === JSON.stringify(next)) return L.layerGroup();
    wanted = next;
    stats.updates += 1;
    card.hide();
    buttons.label({
      zoomIn: next.words.zoomIn, zoomOut: next.words.zoomOut, home: next.words.home,
      fullscreen: next.fullscreenLabel, print: next.printLabel,
    });
    guarded(() => apply(before));
    fetchWanted(before);
    view.follow(next.bounds);
    return L.layerGroup();
  }

  const box = map.getContainer();
  box.setAttribute("aria-label", options.label);
  box.setAttribute("role", "application");
  L.control.scale({ position: "bottomright" }).addTo(map);
  keyboardAndTouch(map, () => wanted && hint(wanted.words.zoomHint));
  document.addEventListener("fullscreenchange", () => buttons.press("fullscreen", Boolean(document.fullscreenElement)));
  map.on("mousemove", hover);
  map.on("mouseout movestart zoomstart", card.hide);
  map.on("click", click);
  setTimeout(view.fit, 0);
  fetchJson(options.geometry).then((collection) => {
    districts.load(collection);
    guarded(() => apply(null));
    requestAnimationFrame(() => { stats.readyMs = performance.now() - started; });
  }).catch(fail);
  fetchJson(options.points).then((answer) => {
    data = answer;
    services.load(answer);
    guarded(() => apply(null));
  }).catch(fail);

  return {
    stats, map, update, marks: services.marks,
    colorOf: districts.fillOf,
    pixelOf: (index) => map.latLngToContainerPoint(districts.boundsOf(index).getCenter()),
  };
}
