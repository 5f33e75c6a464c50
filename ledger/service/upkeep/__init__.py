"""What whoever runs a ledger does now and then: checkups, heads, moves, the signer, an end.

``checkup`` is the doctor's. ``heads`` of all streams are kept by ``publishing`` them, which
``daily`` does by itself. ``moving`` takes a ledger to another database; ``signer`` and ``log_keys``
are about the log's key, ``succession`` about the log that follows this one.
"""
