"""Packs: what one is, which are in force, and the book they make together (docs/packs.md).

- A ``pack`` is a folder of files. Each kind of file is a ``section``, one module of ``sections``.
- ``adoptions`` tell which are in force where and when; the ``book`` is those packs laid over each
  other, and what every rule reads; ``reigns`` are the books of a unit through time.
- Before one is adopted: ``check`` and ``diff``, and whether its duties are ``satisfiable``.
"""
