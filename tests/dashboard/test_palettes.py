"""Colours of the map: apart for every eye, and dark for worse on paper too."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from dashboard import palettes

# Machado, Oliveira and Fernandes (2009), full severity, on linear RGB.
EYES = {
    "usual": np.eye(3),
    "protan": np.array([[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216],
                        [-0.003882, -0.048116, 1.051998]]),
    "deutan": np.array([[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413],
                        [-0.011820, 0.042940, 0.968881]]),
}  # fmt: skip
# CIE 1976 difference: 2.3 is just seen side by side, 10 at a glance.
LEAST_RAMP, LEAST_THIRDS = 11.0, 9.0
RAMPS = [("gap", 1), ("need", 1), ("access", -1), ("indicator", 1), ("indicator", -1),
         ("reach", 1), ("reach", -1), ("neutral", 0)]  # fmt: skip


def lab(color: str, eye: str) -> np.ndarray:
    """CIELAB (D65) of a colour as an eye sees it."""
    channels = np.array([int(color[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    linear = np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)
    seen = np.clip(EYES[eye] @ linear, 0, 1)
    to_xyz = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722],
                       [0.0193, 0.1192, 0.9505]])  # fmt: skip
    ratio = (to_xyz @ seen) / [0.9505, 1.0, 1.089]
    f = np.where(ratio > 216 / 24389, np.cbrt(ratio), (24389 / 27 * ratio + 16) / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


def apart(first: str, second: str, eye: str) -> float:
    return float(np.linalg.norm(lab(first, eye) - lab(second, eye)))


def test_the_measure_of_difference_is_right() -> None:
    assert apart("#000000", "#ffffff", "usual") == pytest.approx(100, abs=0.1)
    # Red and green of like lightness: far apart for most, close for a deutan eye.
    assert apart("#c04040", "#6f7a20", "deutan") < apart("#c04040", "#6f7a20", "usual") / 2


@pytest.mark.parametrize("eye", list(EYES))
@pytest.mark.parametrize(("name", "direction"), RAMPS)
def test_neighbouring_classes_are_apart_for_every_eye(name: str, direction: int, eye: str) -> None:
    colors = palettes.palette(name, 5, direction)
    gaps = [apart(a, b, eye) for a, b in itertools.pairwise(colors)]
    assert min(gaps) > LEAST_RAMP


@pytest.mark.parametrize("count", range(1, 10))
@pytest.mark.parametrize(("name", "direction"), RAMPS)
def test_dark_is_worse_in_grey_too(name: str, direction: int, count: int) -> None:
    colors = palettes.palette(name, count, direction)
    assert len(set(colors)) == count
    light = [lab(color, "usual")[0] for color in colors]
    assert light == sorted(light, reverse=direction >= 0)
    if count == 5:
        assert np.abs(np.diff(light)).min() > 5


@pytest.mark.parametrize("eye", list(EYES))
def test_thirds_of_two_scores_are_apart_and_darken_both_ways(eye: str) -> None:
    grid = np.array(palettes.BIVARIATE).reshape(3, 3)
    light = np.array([[lab(color, "usual")[0] for color in row] for row in grid])
    assert (np.diff(light, axis=0) < 0).all() and (np.diff(light, axis=1) < 0).all()
    gaps = [
        apart(a, b, eye)
        for at, a in enumerate(palettes.BIVARIATE)
        for b in palettes.BIVARIATE[at + 1 :]
    ]
    assert min(gaps) > LEAST_THIRDS


def test_letters_are_read_on_every_colour_of_the_thirds() -> None:
    assert palettes.is_dark("#000000") and not palettes.is_dark("#ffffff")

    def luminance(color: str) -> float:
        y = (lab(color, "usual")[0] + 16) / 116
        return float(y**3)

    for color in palettes.BIVARIATE:
        ink = "#ffffff" if palettes.is_dark(color) else "#10181f"
        ends = sorted([luminance(color), luminance(ink)])
        assert (ends[1] + 0.05) / (ends[0] + 0.05) >= 4.5, color
