"""SQL that changes training's tables, or reads in order to change."""
