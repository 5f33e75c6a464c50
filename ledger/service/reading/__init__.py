"""What a ledger says of itself at a point of history: entries, streams, numbers, replay.

- Points: ``moments`` as people type them, ``days`` on which anything was recorded.
- Entries and their values: ``entries`` as shown, ``values`` and ``marks`` of what is sealed;
  ``readable`` and ``reach`` say who may open what; ``receipts`` prove, ``tracing`` finds what an
  entry rests on.
- Streams: ``replay``; ``stories`` of several; ``signed`` by one person; official ``numbers``.
- What boards and pages tell: ``caselist``, ``overview``, ``latest``, ``disclosed``, ``recorded``,
  ``waiting``, ``reviewed``, ``answered``, ``delivered``, ``papers``, ``posted``, ``notices``,
  ``naming``.
"""
