"""Mingzhang (明账): an event-sourced, signed, tamper-evident ledger."""
