"""SQL that changes what the training service owns, or reads in order to change."""
