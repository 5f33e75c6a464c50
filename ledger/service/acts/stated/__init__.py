"""What acts state of the home: each module declares one ``stated`` (``..holding``)."""
