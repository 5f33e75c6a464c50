"""Tampering with a copy of a home, to show who notices: what is done, and who sees it with what.

Above ``ledger.bootstrap``, beside nothing: the command line and the pages both show it.
"""
