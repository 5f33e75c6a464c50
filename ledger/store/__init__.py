"""The store: SQL, the event-sourcing library's reading side, the one transaction of an append.

- The log: ``sequencer`` writes what ``batch`` finds acceptable, through ``recorder``
  (``statements``, ``tables``, ``bulk``) and ``edge``, the growing edge of the tree; ``signer``
  keeps the log's key and mark, ``clock`` the time, ``writer`` says who may write, ``randomness`` is
  by the batch. ``reader`` and ``heads`` read it back.
- What a process remembers of it: ``known``, ``streams``, ``mapper``.
- What can be erased: ``keystore``, ``vault``, ``blobs``.
- What is derived from it and can be built anew: ``views``, and the tags (``retag``).
- Where it lies: ``home``, ``files``, ``homecopy``, ``passing``; ``databases`` chooses SQLite
  or PostgreSQL (``dialect``, ``postgresql``), ``parts`` tells what one holds, ``rowcopy`` and
  ``moved`` take it elsewhere.
"""
