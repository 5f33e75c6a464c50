"""The way of one act: prepare, sign, submit, judge, wait for its place in the log."""
