"""Packs in use: the book in force, its words, and what a pack would change."""
