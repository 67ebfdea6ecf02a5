"""Colours of the map. Light to dark in grey too, and apart for colour-blind readers (tested)."""

from __future__ import annotations

import numpy as np

# ColorBrewer, light to dark: dark is always the worse end. `access` and `reach` are blue and green,
# need and its indicators red and purple; `neutral` is for figures that are neither good nor bad.
_RAMPS = {
    "gap": ["#ffffb2", "#fecc5c", "#fd8d3c", "#f03b20", "#a50021"],
    "need": ["#eadff0", "#d7b5d8", "#df65b0", "#c2187a", "#7a0150"],
    "access": ["#dce5f5", "#b3c6e3", "#74a9cf", "#2b7bb0", "#063b64"],
    "indicator": ["#f2f0f7", "#cbc9e2", "#9e9ac8", "#756bb1", "#3f1673"],
    "reach": ["#e9f4ee", "#b5d9cb", "#6fb5ab", "#2b8582", "#064a4d"],
    "neutral": ["#f8efdc", "#e0c79c", "#bd975d", "#8a6534", "#4f360f"],
}
# Joshua Stevens' blue and purple, moved as little as makes every two of them differ by 10 (CIELAB)
# for readers with any of the usual colour weaknesses, every step along a row or column print
# darker, and letters readable on each. Need rises by row, poor access by column.
BIVARIATE = [
    *("#eaebe6", "#ace0e9", "#4fd0c6"),
    *("#f1a5c0", "#a4aad2", "#5794be"),
    *("#bd65ae", "#8a5eaf", "#3b4995"),
]
# Okabe–Ito, apart from every ramp; by position of the level.
LEVEL_COLORS = ["#10243a", "#00805f", "#8a5a00", "#5b3fa8", "#5f6b76", "#006d8f"]


def ramp(layer: str, family: str, direction: int) -> str:
    """Return the name of the colours of a layer: its own, or those of its family."""
    if family == "score":
        return layer
    if direction == 0:
        return "neutral"
    return "indicator" if family == "indicator" else "reach"


def palette(name: str, count: int, direction: int) -> list[str]:
    """`count` colours from the lowest class to the highest; dark is the worse end."""
    colors = np.array([[int(c[i : i + 2], 16) for i in (1, 3, 5)] for c in _RAMPS[name]])
    at = np.linspace(0, len(colors) - 1, count) if count > 1 else np.array([len(colors) // 2])
    channels = [np.interp(at, np.arange(len(colors)), colors[:, k]).round() for k in range(3)]
    out = [f"#{int(r):02x}{int(g):02x}{int(b):02x}" for r, g, b in zip(*channels, strict=True)]
    return out[::-1] if direction < 0 else out


def is_dark(color: str) -> bool:
    """Tell whether white letters read better on a colour than black ones (WCAG 2 luminance)."""
    channels = np.array([int(color[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    linear = np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)
    # At this luminance black and white have the same contrast.
    return bool(linear @ [0.2126, 0.7152, 0.0722] < 0.179)
