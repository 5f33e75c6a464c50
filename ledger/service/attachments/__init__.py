"""Files beside entries: taken in, read back, told by their content."""
