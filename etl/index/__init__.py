"""The index stage: ``core_`` tables to need, access, gap and everything shown, as ``out_`` tables.

Formulas are functions in `etl.measures`; every weight and threshold comes from the configuration;
the joins that make the published tables are SELECTs in ``etl/sql/out``.
"""

METHOD_VERSION = "2026.4"
