"""The shape of an aggregate: events, commands, facts, views; pure, and the same for all.

- An ``act`` is one ``event`` with who, when and where. An ``aggregate`` declares which events and
  commands it has and the functions over them; ``facts`` are what these may know beyond their own
  stream. A ``view`` declares which rows acts amount to.
- ``discovery`` finds what modules declare; the ``registry`` is the closed set of types it makes.
- ``naming`` says what all of it is called.
"""
