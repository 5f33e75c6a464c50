"""The HTTP interface: it stands on ``ledger.bootstrap`` and is not built yet."""
