"""The transparency log: pure formats and arithmetic of RFC 6962 and the C2SP tlog documents.

``docs/spec/log.md`` states the format and the pinned versions. Nothing here reads a clock, a
file or a network; entries, their signatures and their meaning are ``ledger.entry``'s.
"""
