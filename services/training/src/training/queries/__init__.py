"""Everything the training service can be asked to show, and the views that these questions fill."""
