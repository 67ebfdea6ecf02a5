"""What a reader is told of map classes, groups of districts, similar districts and rings."""

from etl.config import Config
from etl.index.need_words import Row
from etl.schema import GreatCircleTravel, Region

FILE = "config/map.yaml"


def map_words(config: Config, region: Region, peers: list[tuple[str, int]]) -> list[Row]:
    """Return the method rows; `peers` holds the label and the size of each group."""
    return [*_classes(config, region), *_groups(config, peers), *_similar(config), _rings(region)]


def _classes(config: Config, region: Region) -> list[Row]:
    section, k = "Classes of the map", str(config.model.map_classes)
    breaks = config.breaks.get(region.region_id)
    kept = (
        "Bounds are made anew from each snapshot, so a colour can mean another range in the next one."
        if breaks is None
        else "Bounds are kept from an earlier snapshot, so that a colour means the same range in both; "
        "values beyond them belong to the end classes. A layer that was not there then has its own."
    )
    return [
        (section, "Quantiles", "As many districts in each class; equal values are never parted. Shown "
         "first.", k, "classes", FILE),
        (section, "Natural breaks", "Bounds by which the values of each class lie as near together as "
         f"can be. Of more than {config.map.classes.natural_most:,} different values that many count, "
         "evenly spaced in their order.", k, "classes",
         "Jenks 1967; exact by Fisher 1958, doi:10.1080/01621459.1958.10501479"),
        (section, "Equal steps", "Classes of the same width from the lowest to the highest value; a "
         "class can be empty.", k, "classes", FILE),
        (section, "Fixed bounds", "Round bounds that hold in every region and year, where some are set. "
         "Assumed: chosen to be easy to read.", "", "", FILE),
        (section, "Over time", kept, "" if breaks is None else breaks.snapshot_id, "snapshot",
         f"config/breaks/{region.region_id}.yaml" if breaks else ""),
        (section, "Need and access together", "Need and access in thirds of the districts each; a "
         "district stands in one of nine fields.", str(config.map.bivariate_classes), "classes each",
         FILE),
    ]  # fmt: skip


def _groups(config: Config, peers: list[tuple[str, int]]) -> list[Row]:
    rules, section = config.map.peers, "Groups of districts alike"
    return [
        (section, "How groups are made", "Districts are parted into rural and not rural, these by their "
         "rural class, and these by people into parts of as many districts each. A step that would "
         "leave a group with fewer districts than this is not taken. The number is assumed.",
         f"{rules.least}", "districts at least", FILE),
        (section, "What is usual", "Median, 10th and 90th percentile of the districts with a figure, in "
         "the region and in each group. Each district counts once, whatever its people.", "", "", ""),
        *((section, label, "Districts in this group.", f"{n:,}", "districts", "") for label, n in peers),
    ]  # fmt: skip


def _similar(config: Config) -> list[Row]:
    rules, section = config.map.similar, "Similar districts"
    return [
        (section, "Who is similar", "Rural like the district or not, as it is, and need no farther away "
         f"than the band. The nearest come first: {rules.population_factor:g} times the people count as "
         "much as the whole band. Assumed: a choice of what counts as alike, not a finding.",
         f"{rules.need_band:g}", "points of need", FILE),
        (section, "Who does better", "Similar districts whose access score is higher by at least this; "
         "the best access first. Assumed. That a district does better does not say why.",
         f"{rules.access_margin:g}", "points of access", FILE),
        (section, "What they have", "Access figures and staff for their people that are better by at "
         "least this share of the district's own, and levels and types of service listed there and not "
         "here. A figure that either lacks is not compared, and nothing counts as lacking where most "
         "facilities do not say what they give. The share is assumed.",
         f"{rules.more_by:.0%}", "better at least", FILE),
    ]  # fmt: skip


def _rings(region: Region) -> Row:
    drawn = (
        "The ring is drawn at the speed of the service's own district; people are counted at the speed of "
        "theirs, so the two can differ."
        if isinstance(region.travel, GreatCircleTravel)
        else "No ring is drawn, because travel here does not go by straight lines."
    )
    return ("Rings around services", "Who is within", "People at demand points from which the trip to "
            f"the service takes at most so many minutes, by the travel model: an estimate. {drawn}",
            "", "", FILE)  # fmt: skip
