"""Configuration: the real one loads; a broken one tells every fault at once, and how to mend it."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from etl import config as configuration
from etl.errors import ConfigError, SourceMissingError
from etl.extract.run import sources_of

from .conftest import CHECKOUT

Edit = Callable[..., None]


@pytest.fixture
def root(home: Path) -> Path:
    """The ``config`` folder of a home that tests may break."""
    return home / "config"


@pytest.fixture
def edit(root: Path) -> Edit:
    """``edit("model.yaml", old, new)`` replaces text that must be there once or more."""

    def replace(name: str, old: str, new: str) -> None:
        path = root / name
        text = path.read_text(encoding="utf-8")
        assert old in text, f"{name} no longer holds {old!r}: adapt the test"
        path.write_text(text.replace(old, new, 1), encoding="utf-8")

    return replace


def faults(root: Path) -> str:
    with pytest.raises(ConfigError) as caught:
        configuration.load(root)
    return str(caught.value)


def test_the_real_configuration_loads():
    config = configuration.load(CHECKOUT / "config")
    assert set(config.regions) == {"us-ga", "kenya"}
    assert config.region("us-ga").params == {"state": "GA", "state_fips": "13"}
    assert set(config.corrections) <= set(config.sources)


def test_every_source_states_publisher_licence_vintage_and_checksum(real_config):
    for source in real_config.sources.values():
        stated = (source.publisher, source.licence, source.vintage, source.citation)
        assert all(stated), source.source_id
        # A file that changes daily has no checksum; its receipt says which bytes came.
        assert source.sha256 or source.download, source.source_id
    for region in real_config.regions.values():
        assert all(real_config.sources[s].sha256 for s in sources_of(region))


def test_all_faults_of_all_files_are_told_at_once(root: Path, edit: Edit):
    edit("model.yaml", "map_classes: 5", "map_classes: 99")
    edit("sources/us_bls_laus_2024.yaml", "format: excel", "format: xlsx")
    edit("sources/us_bls_laus_2024.yaml", "header_row: 1", "header_row: -1")
    edit("regions/kenya.yaml", "simplify_tolerance_m: 600", "simplify_tolerance_m: 0")
    told = faults(root)
    assert told.startswith("4 fault(s) in the configuration:")
    assert "config/model.yaml: map_classes: 99: Input should be less than or equal to 7" in told
    assert "config/sources/us_bls_laus_2024.yaml: format: 'xlsx'" in told
    assert (
        "Allowed: 'csv', 'excel', 'vector', 'raster', 'json_pages', 'osm', 'friction' or "
        "'cost_table'." in told
    )
    assert "config/sources/us_bls_laus_2024.yaml: header_row: -1" in told
    assert "config/regions/kenya.yaml: geography.simplify_tolerance_m: 0" in told


LAUS = "sources/us_bls_laus_2024.yaml"
ONE_FAULT = {
    "unknown key": (
        (LAUS, "min_rows: 3200", "min_row: 3200"),
        ["us_bls_laus_2024.yaml: min_row: unknown key", "remove it or correct its spelling"],
    ),
    "missing key": (
        (LAUS, "publisher: US Bureau of Labor Statistics\n", ""),
        ["us_bls_laus_2024.yaml: publisher: required key is missing"],
    ),
    "id read as an octal number": (
        (LAUS, 'vintage: "2024"', "vintage: 0101"),
        ["vintage: 65 was read as a int, not text", 'text in quotes, such as "0101" or "NO"'],
    ),
    "id read as a boolean": (
        ("regions/us-ga.yaml", "name: Georgia, United States", "name: NO"),
        ["us-ga.yaml: name: False was read as a bool, not text", 'such as "0101" or "NO"'],
    ),
    "date read as a date": (
        (LAUS, 'accessed: "2026-11-21"', "accessed: 2026-11-21"),
        ["us_bls_laus_2024.yaml: accessed: datetime.date(2026, 11, 21)", "valid string"],
    ),
    "state abbreviation read as a boolean": (
        ("regions/us-ga.yaml", "state: GA", "state: NO"),
        ["us-ga.yaml: state: False is not known", "Allowed: AL, AR,"],
    ),
    "key written twice": (
        ("model.yaml", "map_classes: 5", "map_classes: 5\nmap_classes: 6"),
        ["config/model.yaml: line ", "key 'map_classes' is written twice"],
    ),
    "not YAML": (("model.yaml", "need:", "need: ["), ["config/model.yaml: line", "not readable"]),
    "checksum of the wrong length": (
        (LAUS, "sha256: 2dc505", "sha256: dc505"),
        ["us_bls_laus_2024.yaml: sha256", "Allowed: ^[0-9a-f]{64}$"],
    ),
    "unknown source": (
        ("regions/kenya.yaml", "sources: [ke_afripop_2010]", "sources: [ke_afripop]"),
        ["kenya.yaml: layers.demand_points.sources: no source 'ke_afripop' in config/sources"],
    ),
    "unknown SELECT": (
        ("regions/kenya.yaml", "sql: districts/kenya", "sql: districts/kenia"),
        ["layers.districts.sql: there is no etl/sql/core/districts/kenia.sql"],
    ),
    "unknown column of a source": (
        ("regions/templates/us-state.yaml", "value: uninsured_percent", "value: uninsured"),
        ["values.uninsured_share.value: source us_cdc_svi_2022 declares no column 'uninsured'"],
    ),
    "unknown indicator in a region": (
        ("regions/templates/us-state.yaml", "uninsured_share: {", "uninsurd_share: {"),
        ["values.uninsurd_share: no such indicator", "Allowed: age_17_under_share,"],
    ),
    "unknown indicator in the model": (
        ("model.yaml", "poverty: [poverty_rate]", "poverty: [povety_rate]"),
        ["model.yaml: need.weights.poverty.povety_rate: no such indicator"],
    ),
    "indicator weighed in another domain than its own": (
        ("indicators.yaml", "  domain: poverty", "  domain: social"),
        ["need.weights.poverty.poverty_rate: config/indicators.yaml puts it in 'social'"],
    ),
    "domain without indicators": (
        ("model.yaml", "domains: [poverty,", "domains: [housing, poverty,"),
        ["model.yaml: need.weights.housing: the domain has no indicators"],
    ),
    "weights of no domain": (
        ("model.yaml", "domains: [poverty, ", "domains: ["),
        ["model.yaml: need.weights.poverty: not a domain"],
    ),
    "given weights of a domain that do not sum to 1": (
        ("model.yaml", "weighting: equal", "weighting: given"),
        [
            "need.domains: weighting is 'given', but weights of poverty, social, risk, isolation, "
            "morbidity sum to 5, not 1",
            "need.weights.social: weighting is 'given'", "sum to 6, not 1",
            "Allowed: numbers by name that sum to 1",
        ],
    ),
    "numbers where weights are equal": (
        ("model.yaml", "poverty: [poverty_rate]", "poverty: {poverty_rate: 2, poverty_gap: 1}"),
        ["need.weights.poverty: weighting is 'equal', but weights differ", "weighting: given"],
    ),
    "indicator named twice": (
        ("model.yaml", "poverty: [poverty_rate]", "poverty: [poverty_rate, poverty_rate]"),
        ["config/model.yaml: need.weights.poverty", "named twice: poverty_rate"],
    ),
    "unknown scaling": (
        ("model.yaml", "scaling: minmax", "scaling: logistic"),
        ["need.scaling: 'logistic'", "'minmax', 'percentile_rank', 'zscore' or 'imd_exponential'"],
    ),
    "unknown outlier treatment": (
        ("model.yaml", "outliers: none", "outliers: trim"), ["config/model.yaml: need.outliers"],
    ),
    "published scaling that the intervals do not draw around": (
        ("model.yaml", "scaling: minmax", "scaling: zscore"),
        ["uncertainty.scalings: the first is 'minmax', but the published model uses 'zscore'"],
    ),
    "direction missing": (
        ("indicators.yaml", "  direction: 1\n", ""),
        ["config/indicators.yaml [poverty_rate]: direction: required key is missing"],
    ),
    "fixed bounds the wrong way round": (
        ("indicators.yaml", " direction: 1\n", " direction: 1\n  scale_low: 60\n  scale_high: 5\n"),
        ["config/indicators.yaml [poverty_rate]: scale_low: scaled from 60 to 5", "0 to 100"],
    ),
    "published variant that changes something": (
        ("model.yaml", "    description: The choi", "    gap: arithmetic\n    description: choi"),
        ["variants[0] published: the first is the published model"],
    ),
    "variant that changes nothing": (
        ("model.yaml", "    gap: arithmetic\n", ""),
        ["variants[11] plain_mean", "change something"],
    ),
    "variant of an unknown component": (
        ("model.yaml", "access: [nearest_service_minutes]", "access: [nearest_minutes]"),
        ["variants[9] distance_only: 'nearest_minutes' is not in the published model"],
    ),
    "variant of an unknown domain": (
        ("model.yaml", "need: {domains: [poverty]}", "need: {domains: [wealth]}"),
        ["variants[7] poverty_only: 'wealth' is not in the published model", "Allowed: isolation,"],
    ),
    "variant named twice": (
        ("model.yaml", "id: z_scores", "id: percentile_ranks"),
        ["variants[2] percentile_ranks: the id is used twice"],
    ),
    "part of the access index of a tier it is not measured for": (
        ("model.yaml", "      tier: near_home", "      tier: specialist"),
        ["access.components.care_near_home.tier: 'specialist' is not among the tiers", "near_home"],
    ),
    "part of the access index that is no measure": (
        ("model.yaml", "    care_near_home:\n      label", "    care_at_home:\n      label"),
        ["access.components.care_at_home: is not an access measure"],
    ),
    "part of the access index that the runs cannot recompute": (
        ("model.yaml", "    function: two_step", "    function: three_step"),
        ["access.components.accessible_fte_per_100k: the runs", "cannot recompute 'three_step'"],
    ),
    "care near home without minutes": (
        ("model.yaml", "    minutes: 30\n", ""),
        ["access_measures.care_near_home", "`minutes` belongs to the function `within`"],
    ),
    "levels of an unknown tier": (
        ("model.yaml", "levels: [specialist, primary_care,", "levels: [specialist, primary,"),
        ["access_measures.levels_within_reach.levels: 'primary' is not a tier", "primary_care"],
    ),
    "frozen bound of no part of the index": (
        ("regions/kenya.yaml", "  accessible_fte_per_100k:\n    high", "  fte:\n    high"),
        ["config/regions/kenya.yaml: access_references.fte: no such part of the access index"],
    ),
    "frozen bound below the start of the scale": (
        ("regions/kenya.yaml", "    high: 3.3", "    high: -1"),
        ["access_references.accessible_fte_per_100k: low 0 is not below high -1"],
    ),
    "frozen reference without a bound": (
        ("regions/kenya.yaml", "    high: 3.3\n", ""),
        ["access_references.accessible_fte_per_100k", "a reference freezes `low`, `high` or both"],
    ),
    "silent facility that may be a candidate": (
        ("services.yaml", "may_be: primary_care_integrated", "may_be: primary_care_without"),
        ["types.primary_care_unreported.may_be: 'primary_care_without' is no type that holds"],
    ),
    "class that does not exist": (
        ("model.yaml", "underserved_classes: [very high]", "underserved_classes: [worst]"),
        ["gap.underserved_classes: 'worst' is not a class", "very high"],
    ),
    "level that does not exist": (
        ("services.yaml", "level: individual", "level: personal"),
        ["types.psychiatric_hospital.level: 'personal' is not a level", "community, individual"],
    ),
    "candidate that holds supply": (
        ("services.yaml", "weight: 0\n    is_candidate", "weight: 1\n    is_candidate"),
        ["types.primary_care_without.supply_weight: a candidate holds no supply"],
    ),
    "rural class without speed": (
        ("regions/kenya.yaml", "speed_kmh: {urban: 20, rural: 30}", "speed_kmh: {urban: 20}"),
        ["travel.speed_kmh.rural: this rural class has no speed"],
    ),
    "gap classes that do not rise": (
        ("model.yaml", "very high: 0.2, high: 0.4", "very high: 0.5, high: 0.4"),
        ["model.yaml: gap.classes: the ends [0.5, 0.4, 0.6, 0.8, 1.0] do not rise to 1"],
    ),
    "gap classes that leave districts out": (
        ("model.yaml", "very low: 1.0", "very low: 0.9"), ["gap.classes", "the last 1"],
    ),
    "quantiles the wrong way round": (
        ("model.yaml", "low_quantile: 0.05", "low_quantile: 0.99"),
        ["uncertainty.low_quantile: 0.99 is not below high_quantile 0.95"],
    ),
    "key of a source that is none of its columns": (
        (LAUS, "key: [state_fips, county_fips]", "key: [state_fip]"),
        ["us_bls_laus_2024.yaml: key: 'state_fip' is not among the columns", "county_fips, labor"],
    ),
    "unknown encoding": (
        (LAUS, "format: excel", "format: excel\nencoding: utf-9"),
        ["us_bls_laus_2024.yaml: encoding: 'utf-9' is not known"],
    ),
    "key column that the source does not declare": (
        ("regions/templates/us-state.yaml", "      key: fips", "      key: fipz"),
        ["us-ga.yaml: layers.indicators[3].key: source us_cdc_svi_2022 declares no column 'fipz'"],
    ),
    "pattern that is no regular expression": (
        ("regions/kenya.yaml", "id_pattern: 'KE", "id_pattern: 'KE("),
        ["kenya.yaml: district.id_pattern: not a regular expression"],
    ),
    "projection that does not exist": (
        ("regions/kenya.yaml", "EPSG:32637", "EPSG:99999"),
        ["kenya.yaml: geography.projected_crs: EPSG:99999 is no projection known"],
    ),
    "projection in degrees": (
        ("regions/kenya.yaml", "EPSG:32637", "EPSG:4326"), ["EPSG:4326 is no projection known"],
    ),
    "key that is a list": (
        ("model.yaml", "map_classes: 5", "? [a, b]\n: 5"),
        ["config/model.yaml: line", "a key must be a word"],
    ),
    "tag that would run code": (
        ("model.yaml", "map_classes: 5", 'map_classes: !!python/object/apply:os.system ["true"]'),
        ["config/model.yaml: line", "could not determine a constructor"],
    ),
    "parameters that are a list": (
        ("regions/us-ga.yaml", "state: GA", "state: GA\nparams: [a]"),
        ["us-ga.yaml: params: ['a'] is not keys and values"],
    ),
    "template whose table has no parameter": (
        ("regions/templates/us-state.yaml", "    by: state\n", "    bye: state\n"),
        ["config/regions/templates/us-state.yaml: lookup_params.state_fips.by"],
    ),
    "unknown template": (
        ("regions/us-ga.yaml", "extends: us-state", "extends: us-county"),
        ["config/regions/templates/us-county.yaml: (top): the file is missing"],
    ),
    "template name that leads elsewhere": (
        ("regions/us-ga.yaml", "extends: us-state", "extends: ../../model"),
        ["us-ga.yaml: extends: '../../model' is not a template id"],
    ),
    "state that the template does not know": (
        ("regions/us-ga.yaml", "state: GA", "state: ZZ"),
        ["us-ga.yaml: state: 'ZZ' is not known to config/regions/templates", "Allowed: AL, AR,"],
    ),
    "id that is not the file's name": (
        ("regions/kenya.yaml", "region_id: kenya", "region_id: kenia"),
        ["config/regions/kenya.yaml: region_id: 'kenia' differs from the file name", "kenya"],
    ),
}  # fmt: skip


@pytest.mark.parametrize(("change", "expected"), ONE_FAULT.values(), ids=ONE_FAULT)
def test_fault_names_file_key_problem_and_what_is_allowed(
    root: Path, edit: Edit, change: tuple[str, str, str], expected: list[str]
):
    edit(*change)
    told = faults(root)
    assert [text for text in expected if text not in told] == [], told


def test_correction_of_an_unknown_source(root: Path):
    (root / "corrections" / "ghost.yaml").write_text("source_id: ghost\ncorrections: []\n")
    assert "config/corrections/ghost.yaml: source_id: no such source" in faults(root)


def test_file_that_is_not_utf8(root: Path):
    (root / "workforce.yaml").write_bytes("label: Doña Ana".encode("latin-1"))
    assert "config/workforce.yaml: (top): the file is not UTF-8" in faults(root)


def test_missing_file(root: Path):
    (root / "services.yaml").unlink()
    assert "config/services.yaml: (top): the file is missing" in faults(root)


def test_file_that_holds_a_list(root: Path):
    (root / "workforce.yaml").write_text("- a\n- b\n")
    assert "config/workforce.yaml: (top): the file must hold keys and values" in faults(root)


def test_unknown_region_lists_the_known_ones(real_config):
    with pytest.raises(SourceMissingError, match=r"No region 'us-zz'.*Known: kenya, us-ga"):
        real_config.region("us-zz")


def test_a_region_of_five_lines_takes_all_else_from_its_template(root: Path):
    text = "extends: us-state\nregion_id: us-ms\nname: Mississippi\nstate: MS\n"
    (root / "regions" / "us-ms.yaml").write_text(text + "district: {count: 82}\n")
    config = configuration.load(root)
    mississippi, georgia = config.region("us-ms"), config.region("us-ga")
    assert mississippi.params == {"state": "MS", "state_fips": "28"}
    assert mississippi.layers == georgia.layers
    assert mississippi.district.count == 82
    assert mississippi.district.term == "county"  # merged with, not replaced by, the region's own


def test_what_changes_a_figure_changes_the_method_hash(root: Path, edit: Edit):
    before = configuration.load(root)
    edit("model.yaml", "min_coverage: 0.7", "min_coverage: 0.8")
    after = configuration.load(root)
    georgia, kenya = (before.region(r) for r in ("us-ga", "kenya"))
    assert before.method_hash(georgia) != after.method_hash(georgia)
    assert before.method_hash(georgia) != before.method_hash(kenya)
    assert before.method_hash(georgia) == configuration.load(CHECKOUT / "config").method_hash(
        georgia
    )


def test_home_is_the_checkout_unless_the_environment_says_otherwise(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    monkeypatch.delenv("MINDGAP_HOME", raising=False)
    assert configuration.home() == CHECKOUT
    monkeypatch.setenv("MINDGAP_HOME", os.fspath(tmp_path))
    assert configuration.home() == tmp_path


def test_anchor_of_a_total_that_there_is_not(root: Path, edit: Edit):
    edit("regions/kenya.yaml", "  poverty_rate:\n    value: 39.8", "  poverty:\n    value: 39.8")
    assert "config/regions/kenya.yaml: anchors.poverty: no such total" in faults(root)


def test_anchors_and_limits_of_checks_do_not_change_the_method_hash(root: Path, edit: Edit):
    before = configuration.load(root)
    edit("regions/kenya.yaml", "value: 39.8", "value: 39.9")
    edit("publish.yaml", "max_shrink: 0.2", "max_shrink: 0.3")
    after = configuration.load(root)
    region = "kenya"
    assert after.method_hash(after.region(region)) == before.method_hash(before.region(region))


def test_fewer_than_two_snapshots_cannot_be_kept(root: Path, edit: Edit):
    edit("publish.yaml", "keep_snapshots: 5", "keep_snapshots: 1")
    assert "config/publish.yaml: keep_snapshots: 1" in faults(root)
