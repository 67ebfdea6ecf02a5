"""Everything the map and the comparison of districts show, after the scores are published."""

import pandas as pd

from etl.config import Config
from etl.index.map_layers import write_bivariate, write_layers
from etl.index.map_words import map_words
from etl.index.need_words import Row
from etl.index.peers import write_peers
from etl.index.rings import RING, service_rings
from etl.index.scene import Scene
from etl.index.similar import SIMILAR, similar_districts
from etl.index.similar_items import ITEM, better_items
from etl.index.typed import typed
from etl.schema import Region
from etl.warehouse import Warehouse


def write_map(config: Config, region: Region, warehouse: Warehouse, scene: Scene) -> list[Row]:
    """Write layers, their classes, groups, similar districts and rings; return the method rows.

    Reads the ``out_`` tables of scores, indicators, access, staff, services and lenses, so that all
    of it is made from figures as published.
    """
    write_layers(config, region.region_id, warehouse)
    write_bivariate(config, region.region_id, warehouse)
    write_peers(config, region, warehouse)
    similar = similar_districts(config.map.similar, warehouse.read("out_gap"))
    warehouse.write("out_similar", typed(similar, SIMILAR))
    items = better_items(config, warehouse, similar)
    warehouse.write("out_similar_item", typed(items, ITEM))
    warehouse.write("out_ring", typed(service_rings(config, scene), RING))
    return map_words(config, region, _count(warehouse.read("out_peer")))


def _count(peers: pd.DataFrame) -> list[tuple[str, int]]:
    """Return the label of each group and its number of districts."""
    counts = peers.groupby(["peer_group", "peer_label"]).size().reset_index(name="n")
    return [(str(r["peer_label"]), int(r["n"])) for r in counts.to_dict("records")]
