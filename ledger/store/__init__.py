"""The store: SQL, the event-sourcing library's reading side, the one transaction of an append."""
