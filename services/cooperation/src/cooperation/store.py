"""SQL that changes what the cooperation service owns, or reads in order to change."""
