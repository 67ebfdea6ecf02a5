"""Mindgap's ETL: raw public files in, one published DuckDB snapshot out.

The flow (`etl.pipeline.refresh`)::

    config/*.yaml --+
    raw files --> extract --> raw_* --> layers --> core_*
              --> index --> out_* --> publish --> snapshot

- `extract` reads raw files (or the five layer files of the embedded sample) as declared in YAML;
  `extract.web` fetches them from their publishers first, if asked to.
- `layers` makes the five core tables every region meets in, and counts every doubtful row.
- `index` computes access, need and gap with the pure functions of `measures`.
- `publish` checks, writes an immutable snapshot and moves ``CURRENT``.

The stages never import each other; they meet in tables of a `warehouse.Warehouse`.
"""
