"""What a pack may hold: each module declares one ``section`` (``ledger.rules.packs.section``)."""
