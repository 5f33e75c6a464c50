"""Backups, and what comes back of them: a home, or the tail of a log.

``backing_up`` makes one and its ``manifest``; ``restoring`` lays it out as a home again. Where a
home has lost its newest entries, ``sources`` tells who may hold them, ``tail`` brings them back,
and ``tail_keys`` those of their data keys that were not destroyed.
"""
