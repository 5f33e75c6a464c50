"""The rules every aggregate reads: authority, joint acts, packs, law, calendars, clocks."""
