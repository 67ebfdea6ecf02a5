/* Rings of reach around the chosen service, and the background map where one is set up. */
function reachLayer(map) {
  const pane = map.createPane("mg-reach");
  pane.style.zIndex = 420;
  pane.style.pointerEvents = "none";
  const renderer = L.canvas({ pane: "mg-reach", padding: 0.3 }), group = L.layerGroup().addTo(map);
  let drawn = "[]";

  return (rings) => {
    const wanted = JSON.stringify(rings);
    if (wanted === drawn) return; // what was fetched since does not move them
    drawn = wanted;
    group.clearLayers();
    for (const [at, { lon, lat, km, label }] of rings.entries()) {
      const line = { renderer, pane: "mg-reach", radius: km * 1000, interactive: false, fill: false };
      L.circle([lat, lon], { ...line, color: "#ffffff", weight: 4, opacity: 0.8 }).addTo(group);
      const ring = L.circle([lat, lon], { ...line, color: "#0a1622", weight: 1.8, dashArray: "6 5" }).addTo(group);
      const tag = document.createElement("span");
      tag.textContent = label;
      tag.dir = "auto";
      const north = ring.getBounds().getNorth(), south = ring.getBounds().getSouth();
      L.tooltip({ permanent: true, direction: "center", className: "mg-ring", opacity: 1 })
        .setLatLng([at % 2 ? south : north, lon]).setContent(tag).addTo(group)
        // Leaflet fades a label out for 200 ms, in which two services would be told at once.
        .on("remove", ({ target }) => target.getElement().remove());
    }
  };
}

/* Tiles come from elsewhere and are never needed: when they fail the reader is told once. */
function backgroundLayer(map, notice) {
  const credit = document.createElement("p");
  credit.className = "mg-credit";
  let tiles = null, url = "";

  return (basemap, failed) => {
    const wanted = basemap ? basemap.url : "";
    if (wanted === url) return;
    url = wanted;
    if (tiles) tiles.remove();
    credit.remove();
    notice.clear("tiles");
    tiles = null;
    if (!basemap) return;
    tiles = L.tileLayer(url, { maxZoom: map.getMaxZoom(), referrerPolicy: "origin" });
    tiles.once("tileerror", () => notice.show("tiles", failed));
    tiles.addTo(map);
    credit.textContent = basemap.attribution;
    map.getContainer().appendChild(credit);
  };
}
