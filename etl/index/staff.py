"""Staff by district and cadre, the posts a planner's target wants, and lines to compare with."""

import pandas as pd

from etl.config import Config
from etl.index.need_words import Row
from etl.index.supply import counted_fte
from etl.measures.posts import posts_at_target
from etl.measures.ratios import provider_ratio
from etl.schema import ALL_STAFF, Region

TARGET = {
    "target_population_per_fte": "float64",
    "target_reference": "string",
    "fte_wanted": "float64",
    "fte_shortage": "float64",
}


def staff_rows(
    config: Config, region: Region, core: dict[str, pd.DataFrame], fte: pd.Series
) -> pd.DataFrame:
    """Return staff and missing posts, one row per district and cadre, and one for all that count.

    Parameters
    ----------
    core
        Core tables; ``workforce`` may hold a cadre on several rows (by ownership).
    fte
        Counted FTE by district_id, NaN unknown: the row of all staff.

    Returns
    -------
    pandas.DataFrame
        ``district_id``, ``cadre``, ``headcount``, ``fte``, ``fte_per_100k`` and the columns of
        `TARGET`. Cadres that the region's workforce layer or its targets name; a figure that a
        district has no row for is missing. A cadre that does not count has FTE only where the
        layer states it: how many of its posts are for mental health is unknown.
    """
    people = core["district"].set_index("district_id")["population"].astype(float)
    figures = _by_cadre(config, core["workforce"])
    present = {*core["workforce"]["cadre"], *region.staffing_targets}
    order = [ALL_STAFF, *(c for c in config.workforce.cadres if c in present)]
    parts = []
    for cadre in order:
        if cadre == ALL_STAFF:
            part = pd.DataFrame({"headcount": _counted_heads(config, core["workforce"])})
            part = part.reindex(people.index).assign(fte=fte.reindex(people.index))
        else:
            part = figures[figures["cadre"] == cadre].set_index("district_id")
            part = part[["headcount", "fte"]].reindex(people.index)
        part["fte_per_100k"] = provider_ratio(part["fte"], people)
        part = part.join(_against_target(region, cadre, people, part["fte"]))
        parts.append(part.assign(cadre=cadre).rename_axis("district_id").reset_index())
    text = {"cadre": "string", "target_reference": "string"}
    return pd.concat(parts, ignore_index=True).astype(text)


def cadre_rows(config: Config) -> pd.DataFrame:
    """Return every cadre with its label, place in the order and whether it counts."""
    rows = [(ALL_STAFF, config.workforce.words.all_staff, 1, True)]
    for i, (name, cadre) in enumerate(config.workforce.cadres.items(), start=2):
        rows.append((name, cadre.label, i, cadre.fte_per_head > 0))
    return pd.DataFrame(rows, columns=["cadre", "label", "position", "is_counted"])


def benchmark_rows(config: Config, region: Region) -> pd.DataFrame:
    """Return the region's targets, then every published line to compare with.

    ``benchmark``, ``position``, ``label``, ``value``, ``unit``, ``cadre`` (missing: all staff),
    ``applies_to``, ``reference``, ``vintage`` (missing for a target), ``is_target``.
    """
    words, labels = config.workforce.words, cadre_rows(config).set_index("cadre")["label"]
    rows = [
        {
            "benchmark": f"target_{cadre}",
            "label": f"{words.target}: {labels[cadre]}",
            "value": target.population_per_fte,
            "unit": words.target_unit,
            "cadre": None if cadre == ALL_STAFF else cadre,
            "applies_to": region.name,
            "reference": target.reference,
            "vintage": None,
            "is_target": True,
        }
        for cadre, target in region.staffing_targets.items()
    ]
    rows += [
        {"benchmark": name, **line.model_dump(), "is_target": False}
        for name, line in config.workforce.benchmarks.items()
    ]
    names = ["benchmark", "label", "value", "unit", "cadre", "applies_to", "reference", "vintage"]
    table = pd.DataFrame(rows, columns=[*names, "is_target"])
    table.insert(1, "position", range(1, len(table) + 1))
    text = [n for n in names if n != "value"]
    return table.astype({**dict.fromkeys(text, "string"), "value": "float64", "is_target": "bool"})


def staff_words(config: Config, benchmarks: pd.DataFrame) -> list[Row]:
    """Return the method rows: every target and every line to compare with."""
    words = config.workforce.words
    rows: list[Row] = []
    for line in benchmarks.to_dict("records"):
        text = words.target_text if line["is_target"] else words.reference_line
        vintage = "" if pd.isna(line["vintage"]) else f"; vintage {line['vintage']}"
        reference = f"{line['reference']}{vintage}"
        figure = f"{line['value']:,g}"
        rows.append((words.section, line["label"], text, figure, line["unit"], reference))
    return rows


def _by_cadre(config: Config, workforce: pd.DataFrame) -> pd.DataFrame:
    """Sum the rows of each district and cadre; missing where any of them lacks the figure."""
    counts = workforce["cadre"].isin(_counted(config))
    fte = counted_fte(workforce, config).where(counts, workforce["fte"])
    keys = [workforce["district_id"], workforce["cadre"]]
    figures = pd.DataFrame({"headcount": workforce["headcount"], "fte": fte}).astype(float)
    groups = figures.groupby(keys)
    whole = groups.count().eq(groups.size(), axis=0)
    return groups.sum().where(whole).reset_index()


def _counted_heads(config: Config, workforce: pd.DataFrame) -> pd.Series:
    """Persons of the cadres that count, by district; missing where a row states FTE only."""
    counts = workforce["cadre"].isin(_counted(config))
    heads = workforce["headcount"].astype(float).where(counts, 0.0)
    groups = heads.groupby(workforce["district_id"])
    return groups.sum().where(groups.count() == groups.size())


def _counted(config: Config) -> set[str]:
    return {name for name, c in config.workforce.cadres.items() if c.fte_per_head > 0}


def _against_target(region: Region, cadre: str, people: pd.Series, fte: pd.Series) -> pd.DataFrame:
    """Return the columns of `TARGET`; missing where the planner has set none."""
    target = region.staffing_targets.get(cadre)
    if target is None:
        return pd.DataFrame(index=people.index, columns=list(TARGET)).astype(TARGET)
    posts = posts_at_target(people, fte, target.population_per_fte)
    table = posts[["fte_wanted", "fte_shortage"]].assign(
        target_population_per_fte=target.population_per_fte, target_reference=target.reference
    )
    return table[list(TARGET)].astype(TARGET)
