"""Tables that go into a ledger and come out of it again; residents' messages.

An ``importable`` is a declared table (those of ``importables``), ``importing`` takes its rows or
writes them; ``pack_tables`` go into a pack's folder instead. ``tables`` and ``spreadsheet`` read
and write the files, ``cells`` a value in them. ``residents`` makes cases of ``messages``.
"""
