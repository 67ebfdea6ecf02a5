"""File and column names shared by stages, which never import each other."""

LAYER_FILES = {
    "district": "districts.geojson",
    "demand_point": "demand_points.csv",
    "service": "services.csv",
    "workforce": "workforce.csv",
    "indicator": "indicators.csv",
    "source": "sources.csv",
    "issue": "issues.csv",
}
ISSUE_COLUMNS = [
    "rule", "severity", "source_id", "file", "row", "column_name", "value", "n_rows", "message",
    "action",
]  # fmt: skip
