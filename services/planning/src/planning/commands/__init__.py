"""Everything the planning service can be asked to do."""
