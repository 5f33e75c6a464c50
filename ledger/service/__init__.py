"""The way of one act: prepare, sign, submit, judge, sequence, follow, read back, replay."""
