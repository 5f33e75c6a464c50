"""Answers for programs: bodies in, structs out, entity tags, cursors, and examples of each."""
