"""Tables that go into a ledger and come out of it again; residents' messages."""
