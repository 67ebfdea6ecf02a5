import numpy as np
import pandas as pd
import pytest

from etl.measures.travel import (
    EARTH_RADIUS_KM,
    great_circle_km,
    km_from_minutes,
    lonlat_points,
    minutes_from_km,
    unit_sphere,
)


def test_one_degree_of_the_equator():
    assert great_circle_km(0, 0, 1, 0) == pytest.approx(np.pi * EARTH_RADIUS_KM / 180)


def test_known_distance_poles_and_antipodes():
    # Atlanta - Savannah, about 356 km
    assert great_circle_km(-84.388, 33.749, -81.0998, 32.0809) == pytest.approx(356, abs=3)
    assert great_circle_km(10, 90, -120, 90) == pytest.approx(0, abs=1e-9)
    assert great_circle_km(0, 0, 180, 0) == pytest.approx(np.pi * EARTH_RADIUS_KM)
    assert great_circle_km(179.5, 0, -179.5, 0) == pytest.approx(great_circle_km(0, 0, 1, 0))


def test_missing_stays_missing_and_range_is_checked():
    assert np.isnan(great_circle_km([np.nan], [0], [1], [0]))[0]
    with pytest.raises(ValueError, match=r"latitude outside -90..90 at 1"):
        great_circle_km([0, 0], [0, 91], 0, 0)


def test_minutes_and_back():
    km = pd.Series([0.0, 10.0, np.nan])
    minutes = minutes_from_km(km, detour_factor=1.3, speed_kmh=np.array([30.0, 39.0, 50.0]))
    assert minutes[:2].tolist() == [0.0, 20.0]
    assert np.isnan(minutes[2])
    assert km_from_minutes(20.0, detour_factor=1.3, speed_kmh=39.0) == pytest.approx(10.0)


@pytest.mark.parametrize("speed", [0.0, -1.0, np.nan, np.inf])
def test_bad_speed(speed):
    with pytest.raises(ValueError, match="speed"):
        minutes_from_km([1.0], detour_factor=1.0, speed_kmh=speed)


def test_bad_detour_and_negative_figures():
    with pytest.raises(ValueError, match="detour_factor"):
        minutes_from_km([1.0], detour_factor=0.9, speed_kmh=50.0)
    with pytest.raises(ValueError, match="negative km at 1"):
        minutes_from_km([1.0, -1.0], detour_factor=1.0, speed_kmh=50.0)
    with pytest.raises(ValueError, match="negative minutes"):
        km_from_minutes([-1.0], detour_factor=1.0, speed_kmh=50.0)


def test_coordinates():
    assert lonlat_points([], "demand").shape == (0, 2)
    assert np.allclose(np.linalg.norm(unit_sphere(lonlat_points([[10, 80]], "demand"))), 1)
    with pytest.raises(ValueError, match="shape"):
        lonlat_points([1.0, 2.0], "demand")
