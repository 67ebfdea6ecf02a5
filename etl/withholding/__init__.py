"""Small counts are withheld from what is published: `run` does it, once, for every product.

`parts` and `indicators` find the figures to withhold from the `equations` between them, `typical`
the percentiles that would tell them, `places` where each of them
stands in the ``out_`` tables, `totals` makes the totals that are published beside them. Rules:
``config/withholding.yaml``. The ``core_`` tables that a snapshot carries to be recomputed from are
internal: they hold every count, and nothing shown or exported reads them.
"""
