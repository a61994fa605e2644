"""SQL that changes cooperation's tables, or reads in order to change: one module for each thing."""
