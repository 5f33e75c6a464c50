"""What the published types of an aggregate are, for good: a module each, named like it.

``GOLDEN`` are public bytes by type, ``SCHEMA`` its public members and sealed groups, ``GROUPS`` and
``FIELDS`` what is declared of every group. ``test_published_types`` finds the modules and holds the
program to them; a published type never changes, so a line that stands is never changed either.
"""
