"""Everything the training service can be asked to do."""
