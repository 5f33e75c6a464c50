"""The tour: seven steps that really do something, one module each, declaring ``step``.

A step finds its example in the ledger by what it is, never by a fixed name, and has none where the
ledger holds none; its page then says what would have to be there.
"""
