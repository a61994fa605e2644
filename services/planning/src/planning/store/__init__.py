"""SQL that changes planning's tables, or reads in order to change."""
