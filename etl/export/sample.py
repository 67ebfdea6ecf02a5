"""Write ``data/sample/<region>``: the five layer files, their sources and their issues.

Only what the product needs, as our own ETL computed it: selected, re-keyed, rounded, boundaries
simplified. The same core tables give the same bytes.
"""

from pathlib import Path

from etl.errors import PublishError
from etl.layer_files import LAYER_FILES
from etl.layer_texts import csv_text, geojson_text
from etl.storage import all_or_none
from etl.warehouse import Warehouse

MAX_BYTES = 2_000_000


def write_sample(warehouse: Warehouse, folder: Path) -> int:
    """Write the layer files of the core tables into `folder`; return their size in bytes.

    Raises
    ------
    PublishError
        If the files would exceed 2 MB; nothing is written then.
    """
    texts = {
        name: geojson_text(warehouse.read_geo("core_district"))
        if table == "district"
        else csv_text(warehouse.read(f"core_{table}").dropna(axis=1, how="all"))
        for table, name in LAYER_FILES.items()
    }
    size = sum(len(text.encode()) for text in texts.values())
    if size > MAX_BYTES:
        sizes = ", ".join(f"{name} {len(text.encode()):,}" for name, text in texts.items())
        raise PublishError(
            f"The sample would take {size:,} bytes, more than {MAX_BYTES:,} ({sizes}). "
            "Simplify the boundaries more, or aggregate the demand points."
        )
    with all_or_none(folder) as room:
        for name, text in texts.items():
            (room / name).write_text(text, encoding="utf-8", newline="\n")
    return size
