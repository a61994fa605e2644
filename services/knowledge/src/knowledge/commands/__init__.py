"""Everything the knowledge service can be asked to do."""
