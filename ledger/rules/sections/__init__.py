"""What a pack may hold: each module declares one ``section`` (see ``ledger.rules.section``)."""
