"""The surface: HTTP interface, pages, and the browser's own check of proofs.

Everything here stands on ``ledger.service`` through ``ledger.bootstrap``; no rule lives here.
"""
