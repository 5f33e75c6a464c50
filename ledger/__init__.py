"""Mingzhang (明账): an event-sourced, signed, tamper-evident ledger.

The layers, lowest first: one uses those named before it, never those named after it. The import
contracts in ``pyproject.toml`` see to that.

    entry, tlog   the formats: the signed entry; the transparency log
    kernel        what an aggregate, an event, a command and a view are
    rules         what every aggregate reads: units, posts, keys, packs, law, terms
    aggregates    what may happen to a case, a decision, a key …: discovered, one module each
    projections   the views: what rows the acts amount to; discovered, one module each
    store         the databases: the transaction of an append, keys, sealed values, views
    service       what is done with a ledger: acts, reading, forms, audits, upkeep
    bootstrap     the wiring: which class fills which port
    tampering     damage done to copies, to show who notices
    cli           the command line; beside it, in a package of its own, the ``api``

``audit`` stands on the formats alone, so that a stranger can use it; ``packs`` is data.
"""
