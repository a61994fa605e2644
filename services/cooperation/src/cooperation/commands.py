"""Everything the cooperation service can be asked to do."""
