"""Everything the advisory service can be asked to do."""
