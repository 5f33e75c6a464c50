"""A county's ledger of any size, the same each time: what growth is measured in.

``seed`` gives ids, salts and keys; ``staff`` and ``plan`` say who does what when; ``build`` does
it, by the ordinary way of an act. ``python -m bench.county --entries N HOME`` makes one.
"""
