"""Random regions: towns of unequal size, and people scattered between them."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

RADIUS_KM = 30.8  # 60 minutes at 40 km/h with a detour of 1.3
SIGMA_KM = 10.0
STEPS_KM = ((10.0, 20.0, RADIUS_KM), (1.0, 0.68, 0.22))
TAU_KM = 15.0


@dataclass(frozen=True)
class Size:
    """How many points, and degrees of longitude, which set the pairs."""

    name: str
    n_demand: int
    n_service: int
    side: float


SIZES = {
    s.name: s
    for s in (
        Size("a", 1_000, 100, 1.08),
        Size("b", 10_000, 1_000, 2.6),
        Size("c", 100_000, 10_000, 6.7),
        Size("d", 1_000_000, 30_000, 12.5),
        # the same place, ten times the pairs each: 1e7, 1e8, 1e9
        Size("1e7", 100_000, 10_000, 6.8),
        Size("1e8", 316_228, 31_623, 6.8),
        Size("1e9", 1_000_000, 100_000, 6.8),
    )
}


def clustered(size: Size, seed: int = 1) -> dict[str, np.ndarray]:
    """Coordinates, people and supply: 60 % in towns of Zipf sizes, 40 % anywhere."""
    rng = np.random.default_rng(seed)
    towns = max(5, int(3 * size.side**2))
    share = 1.0 / np.arange(1, towns + 1) ** 0.6
    corner, extent = np.array([-95.0, 28.0]), np.array([size.side, size.side * 0.7])
    centre = corner + rng.random((towns, 2)) * extent

    def points(n: int) -> np.ndarray:
        inside = int(0.6 * n)
        town = rng.choice(towns, inside, p=share / share.sum())
        near = centre[town] + rng.normal(0.0, 0.2, (inside, 2))
        return np.vstack([near, corner + rng.random((n - inside, 2)) * extent])

    demand, service = points(size.n_demand), points(size.n_service)
    return {
        "demand": demand[rng.permutation(size.n_demand)],
        "service": service[rng.permutation(size.n_service)],
        "population": rng.integers(1, 3_000, size.n_demand).astype(float),
        "supply": rng.integers(1, 30, size.n_service).astype(float),
    }


def save(folder: Path, arrays: dict[str, np.ndarray]) -> None:
    """Write each array to ``folder/<name>.npy``."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, array in arrays.items():
        np.save(folder / f"{name}.npy", array)
