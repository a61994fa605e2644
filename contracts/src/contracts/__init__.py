"""The events and problems that MÆRK's services share."""
