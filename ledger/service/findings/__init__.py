"""Finding rules, one module each: a module declares ``rule`` (``ledger.service.finding``)."""
