"""The transparency log: pure formats and arithmetic of RFC 6962 and the C2SP tlog documents.

``docs/spec/log.md`` states the format and the pinned versions. Nothing here reads a clock, a file
or a network; entries, their signatures and their meaning are ``ledger.entry``'s.

- Arithmetic: ``tree`` and the frontier that grows it, ``levels`` of one held in memory, ``proof``.
- Signed texts: ``note`` with its ``keys`` (``ed25519``); a ``checkpoint`` is a note over a
  ``checkpoint_body``; a ``cosignature`` is what a witness adds.
- What is served and sent: ``tile``, ``bundle``, ``tlogproof``; the messages of a ``witness``, and
  the ``policy`` of how many are needed. ``encoding`` and ``hashlines`` are what they share.
"""
