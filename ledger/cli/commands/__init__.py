"""Commands written by hand: a file per topic, a function per command; nothing lists them.

A module declares ``commands``, its functions by the words typed (``"user add"``), and ``topics``,
what a first word that no aggregate has is about. What aggregates declare needs no file: ``..acts``.
"""
