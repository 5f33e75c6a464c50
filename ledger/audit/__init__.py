"""Full audit, exported trees and evidence packages: verifiers that stand on the formats alone.

Only ``ledger.entry``, ``ledger.tlog`` and ``ledger.errors`` are used, so that a stranger can check
a log with nothing of the ledger but these. Layers inside, lowest first: ``faults``, ``ports``,
``report``; ``keyring``, ``logkeys``; ``inspection``, ``order``, ``tree``; ``audit``; ``layout``,
``folder``, ``package``, ``readme``, ``evidence``. What only a running ledger can judge comes
through ``ports``.
"""
