/* The card at the pointer, and notices over the map. Names are only ever set as textContent. */
function element(tag, className, text) {
  const out = document.createElement(tag);
  out.className = className;
  out.textContent = text;
  out.dir = "auto";
  return out;
}

const filled = (template, parts) => template.replace(/\{(\w+)\}/g, (all, name) => (name in parts ? parts[name] : all));

function hoverCard(map) {
  const tip = L.tooltip({ direction: "auto", offset: [14, 0], className: "mg-tip", opacity: 1 });
  let shown = null;
  return {
    show(key, latlng, lines) {
      if (key !== shown) {
        const box = document.createElement("div");
        lines().filter(Boolean).forEach((text, at) => box.appendChild(element(at ? "span" : "strong", "", text)));
        tip.setContent(box);
        shown = key;
      }
      tip.setLatLng(latlng);
      if (!map.hasLayer(tip)) tip.addTo(map);
    },
    hide() {
      shown = null;
      tip.remove();
    },
  };
}

/* A figure as the reader's language writes it, with its unit. */
function figure(value, wanted) {
  const digits = { minimumFractionDigits: wanted.decimals, maximumFractionDigits: wanted.decimals };
  const unit = wanted.words.unit;
  if (unit === "%") return new Intl.NumberFormat(wanted.locale, { style: "percent", ...digits }).format(value / 100);
  const number = new Intl.NumberFormat(wanted.locale, digits).format(value);
  return unit ? `${number} ${unit}` : number;
}

function districtLines(i, names, values, wanted) {
  const { words } = wanted, whole = new Intl.NumberFormat(wanted.locale);
  const [value, rank] = (values && values[i]) || [null, null];
  const absent = wanted.codes[i] === "~" ? words.insufficient : words.noData;
  const ranked = values ? values.filter((row) => row[1] !== null).length : 0;
  return [
    names[i],
    words.name,
    values && (value === null ? absent : figure(value, wanted)),
    rank !== null && filled(words.rank, { rank: whole.format(rank), total: whole.format(ranked) }),
    words.forWhom,
  ];
}

function serviceLines(mark, data, wanted) {
  const { words } = wanted, [one] = mark.members;
  if (mark.members.length === 1) {
    const type = words.typeLabels[data.types[one.type]];
    return [
      one.name || type, one.name && type, words.levelLabels[data.levels[one.level]],
      words.ownerLabels[data.owners[one.owner]], one.candidate && words.candidate,
    ];
  }
  const counts = new Map(), whole = new Intl.NumberFormat(wanted.locale);
  for (const { candidate, level } of mark.members) {
    const label = candidate ? words.candidate : words.levelLabels[data.levels[level]];
    counts.set(label, (counts.get(label) || 0) + 1);
  }
  return [whole.format(mark.members.length), ...[...counts].map(([label, n]) => `${label}: ${whole.format(n)}`)];
}

function notices(map) {
  const shown = new Map();
  const place = document.createElement("div");
  place.className = "mg-notices";
  place.setAttribute("role", "status");
  map.getContainer().appendChild(place);
  return {
    show(key, text) {
      if (shown.has(key)) return;
      shown.set(key, element("p", "mg-notice", text));
      place.appendChild(shown.get(key));
    },
    clear(key) {
      if (shown.has(key)) shown.get(key).remove();
      shown.delete(key);
    },
  };
}
