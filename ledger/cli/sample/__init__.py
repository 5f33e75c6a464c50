"""A small sample of residents' messages, all invented, in the format of the real export."""
