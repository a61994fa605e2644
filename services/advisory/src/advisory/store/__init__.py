"""SQL that changes what the advisory service owns, or reads in order to change it."""
