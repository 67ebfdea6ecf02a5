"""Cost tables: reading them, and every fault named by its row."""

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from etl.errors import BadValueError, KeyJoinError, SourceChangedError, SourceMissingError
from etl.extract.costs import read_costs
from etl.measures.catchment import nearest
from etl.travel.models import TableTravel
from etl.travel.table import cost_network

DEMAND, SERVICE = ["01", "02", "03"], ["x", "y"]
GOOD = "origin,destination,minutes\n01,x,5\n02,y,7.5\n02,x,60\n"


@pytest.fixture
def read(tmp_path):
    def from_text(text):
        path = tmp_path / "costs.csv"
        path.write_text(text, encoding="utf-8")
        return read_costs(path, source_id="costs")

    return from_text


def test_csv_to_network(read):
    net, notes = cost_network(read(GOOD), DEMAND, SERVICE, max_minutes=60.0)
    assert (net.demand.tolist(), net.index.tolist()) == ([0, 1, 1], [0, 0, 1])
    assert net.cost.tolist() == [5.0, 60.0, 7.5]
    assert nearest(net)[0].tolist() == [5.0, 7.5, np.inf]
    assert notes["value"].tolist() == ["'03'"]


def test_cost_is_from_origin_to_destination_only(read):
    """The way back is another cost: it is not taken to hold for the way there."""
    both = ["a", "b"]
    net, _ = cost_network(read("origin,destination,minutes\na,b,5\n"), both, both)
    assert (net.demand.tolist(), net.index.tolist()) == ([0], [1])


def test_parquet_with_text_and_whole_number_ids(tmp_path):
    path = tmp_path / "costs.parquet"
    pq.write_table(pa.table({"minutes": [1, 2], "origin": [7, 8], "destination": ["x", "y"]}), path)
    frame = read_costs(path, source_id="costs")
    assert frame["_row"].tolist() == [1, 2]
    net, _ = cost_network(frame, ["7", "8"], SERVICE)
    assert net.cost.tolist() == [1.0, 2.0]
    pq.write_table(pa.table({"minutes": [1], "origin": [7.0], "destination": ["x"]}), path)
    with pytest.raises(SourceChangedError, match="ids in origin are fractions"):
        read_costs(path, source_id="costs")
    pq.write_table(pa.table({"cost": [1], "origin": ["7"], "destination": ["x"]}), path)
    with pytest.raises(SourceChangedError, match="no column minutes; it has cost"):
        read_costs(path, source_id="costs")


@pytest.mark.parametrize(
    ("row", "error", "match"),
    [
        (
            "09,x,5",
            KeyJoinError,
            r"origin holds 1 id\(s\) that are no demand point: '09' in row\(s\) 5",
        ),
        ("1,x,5", KeyJoinError, r"'1' in row\(s\) 5\. With leading zeros they are known"),
        ("x,y,5", KeyJoinError, "origin and destination are exchanged"),
        ("03,z,5", KeyJoinError, r"destination holds .* no service: 'z' in row\(s\) 5"),
        ("01,x,6", KeyJoinError, r"1 pair\(s\) more than once: '01 -> x' in row\(s\) 2, 5"),
        ("03,x,-1", BadValueError, r"negative: row\(s\) 5"),
        ("03,x,inf", BadValueError, r"missing or infinite; .* row\(s\) 5"),
        (
            "03,x,",
            BadValueError,
            r"column 'minutes': 1 cell\(s\) missing or not a number .*: row\(s\) 5",
        ),
        ("03,x,nan", BadValueError, r"row\(s\) 5"),
        ("03,x,soon", BadValueError, r"row\(s\) 5"),
        (",x,5", BadValueError, r"column 'origin': 1 cell\(s\) blank: row\(s\) 5"),
    ],
)
def test_faults_name_the_row(read, row, error, match):
    with pytest.raises(error, match=match):
        cost_network(read(GOOD + row + "\n"), DEMAND, SERVICE)


def test_ids_of_the_region_must_be_unique(read):
    with pytest.raises(KeyJoinError, match="service ids given more than once: 'x'"):
        cost_network(read(GOOD), DEMAND, ["x", "y", "x"])


def test_no_table(tmp_path, read):
    with pytest.raises(SourceMissingError, match="costs: no file"):
        read_costs(tmp_path / "none.csv", source_id="costs")
    with pytest.raises(SourceChangedError, match=r"columns origin, destination, minutes"):
        read("from,to,minutes\n1,2,3\n")
    with pytest.raises(SourceChangedError, match="cannot be read"):
        read("origin,destination,minutes\n1,2\n")
    with pytest.raises(SourceChangedError, match="cannot be read"):
        (tmp_path / "costs.parquet").write_text("no parquet")
        read_costs(tmp_path / "costs.parquet", source_id="costs")


def test_model_answers_for_any_part_of_the_services(read):
    points = pd.DataFrame({"point_id": DEMAND})
    model = TableTravel(read(GOOD), points, pd.DataFrame({"service_id": SERVICE}))
    # Two places without an id: staff at the centres of two districts that list no service.
    part = pd.DataFrame({"service_id": ["y", None, "x", None]})
    net = model.network(points, part, 30.0)
    assert (net.demand.tolist(), net.index.tolist()) == ([0, 1], [2, 0])
    only_x = pd.DataFrame({"service_id": ["x"]})
    minutes = model.nearest(points.iloc[::-1], only_x)
    assert minutes.tolist()[1:] == [60.0, 5.0]
    assert np.isnan(minutes[0])
    assert len(model.notes) == 1
