"""The signed entry, profile SGL-1: pure formats, no I/O but the key file (docs/spec/entry.md).

From the bottom up: ``base64url``, ``canonical``, ``ids``; ``ed25519`` and the ``keys`` it is for,
kept in a ``keyfile``; ``disclosure`` and ``claims``, signed as a ``jws``, recorded as an ``entry``,
read back from the own store as ``stored``, handed over as a ``presentation``. The ``genesis`` is
the first entry, ``heads`` are the last of each stream. Which key may sign what, and everything
about the tree, is not handled here.
"""
