"""Everything cooperation can be asked to show, and the views that these questions fill: one module for each thing."""
