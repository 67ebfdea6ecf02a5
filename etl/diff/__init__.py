"""What changed between two snapshots of a region, and why.

`snapshot` reads them, `tables` compares what was published row by row, `causes` recomputes the
scores with one thing changed at a time, `report` puts it together.
"""
