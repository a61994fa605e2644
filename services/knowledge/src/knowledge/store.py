"""SQL that changes what the knowledge service owns, or reads in order to change."""
