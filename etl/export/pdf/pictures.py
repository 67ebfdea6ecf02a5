"""Maps as SVG, in greys and hatches that survive a black-and-white printer."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import shapely
from shapely import affinity

WIDTH = 1000.0
TALLEST = 1250.0
# The widest border, and how many districts carry a number: more would hide what they tell of.
BORDER = 1.6
MOST_NUMBERED = 20
# Detail finer than this part of the map's width cannot be seen in print.
TOLERANCE = 0.0015
HATCH = (
    '<defs><pattern id="dots" width="14" height="14" patternUnits="userSpaceOnUse">'
    '<rect width="14" height="14" fill="#fff"/><circle cx="7" cy="7" r="2.4" fill="#555"/>'
    "</pattern>"
    '<pattern id="lines" width="12" height="12" patternUnits="userSpaceOnUse" '
    'patternTransform="rotate(45)"><rect width="12" height="12" fill="#fff"/>'
    '<rect width="5" height="12" fill="#444"/></pattern></defs>'
)
FILLS = {
    "black": "#000000",
    "lines": "url(#lines)",
    "mid": "#a9a9a9",
    "light": "#dcdcdc",
    "white": "#ffffff",
    "dots": "url(#dots)",
}


@dataclass(frozen=True)
class Canvas:
    """Outlines on paper: units of `WIDTH` across, y downward, by district_id; `paths` as SVG."""

    shapes: dict[str, shapely.Geometry]
    paths: dict[str, str]
    width: float
    height: float

    @cached_property
    def border(self) -> float:
        """How wide borders are drawn: thin where districts are small, for else they are all."""
        if not self.shapes:
            return BORDER
        west, south, east, north = shapely.bounds(list(self.shapes.values())).T
        side = float(np.median(np.sqrt((east - west) * (north - south))))
        return min(BORDER, side / 20)


def canvas(shapes: Mapping[str, shapely.Geometry]) -> Canvas:
    """Return outlines laid flat (equirectangular at the middle latitude) and thinned for print."""
    ids = [key for key, shape in shapes.items() if shape is not None and not shape.is_empty]
    if not ids:
        return Canvas({}, {}, WIDTH, WIDTH)
    outlines = np.array([shapes[key] for key in ids], dtype=object)
    west, south, east, north = shapely.total_bounds(outlines)
    squeeze = float(np.cos(np.radians((south + north) / 2)))
    across, down = max((east - west) * squeeze, 1e-9), max(north - south, 1e-9)
    scale = min(WIDTH / across, TALLEST / down)
    matrix = [scale * squeeze, 0, 0, -scale, -west * scale * squeeze, north * scale]
    flat = np.array([affinity.affine_transform(s, matrix) for s in outlines], dtype=object)
    if shapely.is_valid(flat).all():
        thin = shapely.coverage_simplify(flat, TOLERANCE * WIDTH)
        flat = np.where(shapely.is_empty(thin), flat, thin)
    paths = dict(zip(ids, map(_path, flat), strict=True))
    return Canvas(dict(zip(ids, flat, strict=True)), paths, across * scale, down * scale)


def picture(
    base: Canvas,
    fills: Mapping[str, str],
    marked: str | None = None,
    numbers: Sequence[tuple[str, str]] = (),
) -> str:
    """Return the map.

    Parameters
    ----------
    base
        The outlines.
    fills
        district_id to a key of `FILLS`; a district without one is white.
    marked
        The district drawn black, with a ring around it where it would be hard to find.
    numbers
        (district_id, text) written on districts; the text is digits. The first `MOST_NUMBERED` are,
        but for those that would lie over an earlier one.
    """
    layers: dict[str, list[str]] = {}
    for key, path in base.paths.items():
        fill = "black" if key == marked else fills.get(key, "white")
        layers.setdefault(fill, []).append(path)
    drawn = "".join(
        f'<path d="{"".join(layers[name])}" fill="{FILLS[name]}" fill-rule="evenodd"/>'
        for name in FILLS
        if name in layers
    )
    ring = _ring(base.shapes[marked], base) if marked in base.shapes else ""
    labels = _numbers([(base.shapes[k], text) for k, text in numbers if k in base.shapes], base)
    pad = 14
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{-pad} {-pad} '
        f'{base.width + 2 * pad:.0f} {base.height + 2 * pad:.0f}">{HATCH}'
        f'<g stroke="#555" stroke-width="{base.border:.2f}" stroke-linejoin="round">{drawn}</g>'
        f"{ring}{labels}</svg>"
    )


def swatch(fill: str) -> str:
    """Return a legend's swatch as SVG."""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 44 30">{HATCH}<rect x="1" y="1" '
        f'width="42" height="28" fill="{FILLS[fill]}" stroke="#333" stroke-width="2"/></svg>'
    )


def _path(shape: shapely.Geometry) -> str:
    parts = shapely.get_parts(shape)
    rings = [r for part in parts if part.geom_type == "Polygon" for r in shapely.get_rings(part)]
    return "".join(
        "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in shapely.get_coordinates(ring)[:-1]) + "Z"
        for ring in rings
    )


def _ring(shape: shapely.Geometry, base: Canvas) -> str:
    """Circle a district smaller than a twelfth of the map."""
    west, north, east, south = shape.bounds
    size = max(east - west, south - north)
    if size > max(base.width, base.height) / 12:
        return ""
    radius = max(size * 0.9, 34)
    x, y = (west + east) / 2, (north + south) / 2
    return "".join(
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius:.1f}" fill="none" stroke="{color}" '
        f'stroke-width="{width}"/>'
        for color, width in (("#fff", 11), ("#000", 5))
    )


def _numbers(wanted: Sequence[tuple[shapely.Geometry, str]], base: Canvas) -> str:
    drawn: list[shapely.Geometry] = []
    out = ""
    # A low map is set wider than a tall one, and its numbers would grow with it.
    size = min(1.0, max(0.45, base.height / WIDTH))
    for shape, text in wanted[:MOST_NUMBERED]:
        spot, radius = shape.representative_point(), size * (17 + 6 * len(text))
        disc = spot.buffer(radius)
        if not any(disc.intersects(other) for other in drawn):
            drawn.append(disc)
            out += _number(spot, radius, text, size)
    return out


def _number(spot: shapely.Point, radius: float, text: str, size: float) -> str:
    """Write a number on a district, in a white disc that is readable on any fill."""
    return (
        f'<circle cx="{spot.x:.1f}" cy="{spot.y:.1f}" r="{radius:.1f}" fill="#fff" stroke="#000" '
        f'stroke-width="2.5"/><text x="{spot.x:.1f}" y="{spot.y + 11 * size:.1f}" '
        'text-anchor="middle" font-family="Libertinus Serif" font-weight="bold" '
        f'font-size="{33 * size:.1f}">{text}</text>'
    )
