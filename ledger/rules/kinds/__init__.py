"""Kinds of cases, decisions, accounts, …: how a pack arranges each, a module for an aggregate.

Here is what one kind says and what it shows to be wrong with itself. The files they stand in, and
what they need of all packs together: ``ledger.rules.packs.sections``.
"""
