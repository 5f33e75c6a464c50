"""Audits: their ports filled from a home, an exported log or an evidence package."""
