"""What is done with a ledger, on `ledger.service.ledger`: acts, reading, boards, audits, upkeep.

Begin with ``acts``, the way of one act; each package says what it is for. A module in ``boards``,
``findings`` or ``imports.importables`` is found by being there.
"""
