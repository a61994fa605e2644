"""Everything cooperation can be asked to do: one module for each thing."""
