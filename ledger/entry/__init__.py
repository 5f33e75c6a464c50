"""The signed entry, profile SGL-1: pure formats, no I/O but the key file (docs/spec/entry.md).

Layers inside, lowest first: ``base64url``, ``canonical``, ``ids``, ``ed25519``, ``keys``,
``disclosure``, ``claims``, ``jws``, ``entry``, ``presentation``, ``genesis``; ``keyfile`` stands
on ``keys``. Which key may sign what, and everything about the tree, is not handled here.
"""
