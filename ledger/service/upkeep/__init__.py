"""What whoever runs a ledger does now and then: checkups, heads, moves, the signer, an end."""
