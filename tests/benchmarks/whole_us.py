"""All counties of the states that the template of the US knows, as one region in a home of its own.

`python -m tests.benchmarks.whole_us HOME RAW_DIR`. The SELECTs of `etl/sql/core` choose one state;
here each is copied with a condition that keeps all of them. Hawaii and DC are added, which the
template leaves out for reasons that do not matter here. For measurements: levels of care and
classes are then those of one nation-wide ranking, which no planner asked for.
"""

from __future__ import annotations

import re
import shutil
import sys
from pathlib import Path

import etl.config
import etl.warehouse
from etl import pipeline
from etl.yaml_files import read_yaml, yaml_text

ROOT = Path(__file__).resolve().parents[2]
REGION = "us"


def write_home(home: Path) -> None:
    """Copy `config/` and the SELECTs, and declare the region."""
    shutil.copytree(ROOT / "config", home / "config", dirs_exist_ok=True)
    shutil.copytree(ROOT / "etl" / "sql", home / "sql", dirs_exist_ok=True)
    template = read_yaml(ROOT / "config" / "regions" / "templates" / "us-state.yaml", "us", [])
    assert template is not None
    states = template["lookup_params"]["state_fips"]["table"] | {"HI": "15", "DC": "11"}
    for param, values in (("state_fips", states.values()), ("state", states)):
        listed = ", ".join(f"'{value}'" for value in values)
        for path in (home / "sql" / "core").rglob("us_*.sql"):
            text = path.read_text(encoding="utf-8")
            path.write_text(re.sub(rf"= \${param}\b", f"in ({listed})", text), encoding="utf-8")
    region = {"extends": "us-state", "region_id": REGION, "name": "United States", "state": "GA"}
    for folder in ("regions", "breaks"):
        for old in (home / "config" / folder).glob("*.yaml"):
            old.unlink()
    (home / "config" / "regions" / f"{REGION}.yaml").write_text(yaml_text(region), encoding="utf-8")


def build(home: Path, raw: Path) -> Path:
    """Publish the region; return its snapshot. MINDGAP_HOME must be `home`."""
    write_home(home)
    etl.config.SQL_DIR = etl.warehouse.SQL_DIR = home / "sql"
    settings = etl.config.load(home / "config")
    return pipeline.refresh(settings, settings.region(REGION), raw, pipeline.Choices())[0]


if __name__ == "__main__":
    import os

    os.environ["MINDGAP_HOME"] = sys.argv[1]
    print(build(Path(sys.argv[1]), Path(sys.argv[2])))
