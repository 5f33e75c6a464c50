"""Commands as forms: their fields, what may be chosen, what may be done now and by whom."""
