"""Views in the database: rows with their history, counted, followed, built anew beside the old.

``follower`` reads new acts and hands them to each view's ``store``, which folds them (``fold``)
into rows, counter ``cells`` and their ``totals`` (``tables``, ``interval``). A view version, known
by its ``source``, stands in one ``place``, an SQLite ``file`` or a PostgreSQL ``schema``;
``rebuild`` makes another and switches. What a view's rows mean: ``ledger.projections``.
"""
