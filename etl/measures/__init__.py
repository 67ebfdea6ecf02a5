"""Pure maths of Mindgap: arrays and frames in, arrays and frames of the same order out.

No input or output, no configuration, no mutation of inputs; missing is NaN and stays NaN.

Modules
-------
checks : reading numbers out of arrays and series, refusing bad ones, totals by group.
travel : coordinates, great-circle kilometres, and minutes estimated from them.
decay : weights that fall with travel cost (binary, step, gaussian, exponential, ...).
network : who can reach which service at what cost, and the nearest service.
neighbours, reach : finding the pairs within a radius; the demand points around one place.
limits : catchments whose size differs from place to place, smoothly.
catchment : access per demand point (2SFCA family, cumulative opportunities, gravity).
near, shares : care near home; to whom the supply of a service falls.
raam : the rational agent access model.
streaming : the same measures from coordinates, without storing the pairs.
whatif, whatif_state : services added, closed, moved or resized, computed where they touch.
district_means : population-weighted means, kept up to date after a change.
passes, parts : sums over the pairs of a network; running on every core.
jit, kernels_* : compiled loops; imported on first use only, because they load the compiler.
ratios : provider ratios, weighted means, and margins of error of census estimates.
scaling : min-max, percentile rank, z-score, IMD exponential, capping, direction.
outliers : filling gaps with a group's mean, pulling in outliers; told which cells changed.
weights : equal, given, or from a principal component.
composite : weighted indices of districts, what each indicator adds, the gap, ranks.
supply : placing a district's workforce on its services.
populations : people served, within reach but over capacity, and beyond reach.
classify : map classes that never split equal values.
shortage : staff missing against a target, and by the US federal rule.
equity : population-weighted inequality (Gini, Palma, concentration, Theil, Atkinson, ...).
smoothing : empirical-Bayes rates of small areas.
neighbourhood, clusters : who touches whom; Moran's I, local forms with false discovery rate, G.
intervals : rank intervals from the scores of many draws, and their meaning in words.
runs : scores recomputed under every combination of uncertain circumstances.
uncertainty : what a Monte Carlo of the gap needs of its inputs.
draws, choices : Monte Carlo of the gap over figures, weights, scaling, mean and runs of access;
    which doubt matters.
sensitivity : Sobol indices of any model, for every district at once.
"""
