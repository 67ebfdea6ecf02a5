"""Which files a refresh of a region reads. Light: nothing is opened, so that it costs no time."""

from pathlib import Path

from etl.config import Config, home
from etl.layer_files import LAYER_FILES
from etl.schema import GreatCircleTravel, LayerFiles, Layers, Region


def sample_dir(region_id: str) -> Path:
    """Return the folder of a region's embedded sample."""
    return home() / "data" / "sample" / region_id


def local_dir(region_id: str) -> Path:
    """Return the folder of a region's own layer files, which git does not keep."""
    return home() / "data" / "local" / region_id


def layers_dir(region: Region) -> Path:
    """Return where a region's layer files are: its own folder if it has one, else its sample."""
    own = local_dir(region.region_id)
    files = isinstance(region.layers, LayerFiles)
    return own if files and own.is_dir() else sample_dir(region.region_id)


def sources_of(region: Region) -> dict[str, list[str]]:
    """Return, for each source a region uses, the layers it serves, in order of first use."""
    uses: dict[str, list[str]] = {}
    parts: list[tuple[str, list[str]]] = []
    if not isinstance(region.layers, LayerFiles):
        parts = _of_selects(region.layers)
    if not isinstance(region.travel, GreatCircleTravel):
        parts.append(("travel times", [region.travel.source]))
    for layer, ids in parts:
        for source_id in ids:
            names = uses.setdefault(source_id, [])
            if layer not in names:
                names.append(layer)
    return uses


def _of_selects(layers: Layers) -> list[tuple[str, list[str]]]:
    return [
        ("districts", layers.districts.sources),
        ("demand points", layers.demand_points.sources),
        *(("services", part.sources) for part in layers.services),
        *(("workforce", part.sources) for part in layers.workforce),
        *(("indicators", block.sources) for block in layers.indicators),
        *(("names", part.sources) for part in layers.lookups.values()),
    ]


def travel_folder(raw_dir: Path | None) -> Path:
    """Return where a travel source is looked for, whatever the layers were made from."""
    return raw_dir or home() / "data" / "raw"


def input_files(config: Config, region: Region, raw_dir: Path | None) -> dict[str, Path]:
    """Return the files of a refresh by source (raw) or layer (sample), there or not.

    Parameters
    ----------
    raw_dir
        Folder of raw files; None for the embedded sample.
    """
    if raw_dir is not None:
        return {name: raw_dir / config.sources[name].path for name in sources_of(region)}
    folder = layers_dir(region)
    files = {layer: folder / name for layer, name in LAYER_FILES.items()}
    if not files["issue"].is_file():
        del files["issue"]  # the one file that may be absent
    if not isinstance(region.travel, GreatCircleTravel):
        source = config.sources[region.travel.source]
        files[source.source_id] = travel_folder(None) / source.path
    return files
