"""What a ledger says of itself at a point of history: entries, streams, numbers, replay.

- Points: ``moments`` as people type them, ``board_steps`` at which a board can have changed.
- Entries and their values: ``entries`` as shown, ``values`` and ``marks`` of what is sealed;
  ``readable`` and ``reach`` say who may open what; ``receipts`` prove, ``tracing`` finds what an
  entry rests on.
- Streams: ``replay``; ``stories`` of several; ``signed`` by one person; official ``numbers``.
- What boards and pages tell: ``caselist``, ``overview``, ``latest``, ``disclosed``, ``recorded``,
  ``waiting``, ``reviewed``, ``answered``, ``delivered``, ``papers``, ``posted``, ``notices``,
  ``naming``.
"""
