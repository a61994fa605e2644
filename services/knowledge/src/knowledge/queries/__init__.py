"""Everything the knowledge service can be asked to show, and the views that these questions fill."""
