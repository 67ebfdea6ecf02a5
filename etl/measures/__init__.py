"""Pure maths of Mindgap: arrays and frames in, arrays and frames of the same order out.

No input or output, no configuration, no mutation of inputs; missing is NaN and stays NaN.

Modules
-------
checks : reading numbers out of arrays and series, refusing bad ones, totals by group.
travel : coordinates, great-circle kilometres, and minutes estimated from them.
decay : weights that fall with travel cost (binary, step, gaussian, exponential, ...).
network : who can reach which service at what cost, and the nearest service.
catchment : access per demand point (2SFCA family, cumulative opportunities, gravity).
ratios : provider ratios, weighted means, and margins of error of census estimates.
scaling : min-max, percentile rank, z-score, IMD exponential, capping, direction.
composite : weighted indices of districts, what each indicator adds, the gap, ranks.
supply : placing a district's workforce on its services.
populations : people served, within reach but over capacity, and beyond reach.
classify : map classes that never split equal values.
intervals : rank intervals from the scores of many draws.
uncertainty : Monte Carlo of the gap: sampling error of indicators, doubt on the weights.
"""
