"""What a ledger says of itself at a point of history: entries, streams, numbers, replay."""
