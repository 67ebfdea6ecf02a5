"""Layers: ``raw_`` tables to the five ``core_`` tables that every region meets in.

`build` makes them from raw sources (one SELECT per source in ``etl/sql/core``), `files` from
the five layer files; `contract` holds both to the same columns, types, keys and ranges.
"""
