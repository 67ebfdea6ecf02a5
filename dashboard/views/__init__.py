"""Pages and panels: they arrange what `queries`, `maps`, `panels` and `table` give them."""
