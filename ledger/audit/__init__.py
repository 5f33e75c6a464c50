"""Full audit, exported trees and evidence packages: verifiers that stand on the formats alone.

Only ``ledger.entry``, ``ledger.tlog`` and ``ledger.errors`` are used, so that a stranger can check
a log with nothing of the ledger but these. From the bottom up:

- ``faults`` are what may be found, a ``report`` is what was; what is read, and what only a running
  ledger can judge, comes through ``ports``.
- ``inspection`` is of one entry alone, ``order`` of what came before it (``memory``, ``keyring``,
  ``logkeys``), ``tree`` and ``heads`` of all together; ``parts`` does what needs no order in
  several processes. ``audit`` is the one pass over a log that does all this; ``interim`` lets it go
  on.
- Files from elsewhere: ``files`` reads them with care, ``layout`` names them; a ``folder`` is an
  exported log, a ``package`` is evidence. ``evidence`` verifies one, ``completeness`` tells whether
  it leaves anything out, ``statements`` and ``readme`` say so in words.
"""
