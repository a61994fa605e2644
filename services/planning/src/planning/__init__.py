"""The yearly action plan and its figures, counted from everyone's events."""
