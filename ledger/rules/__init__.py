"""The rules every aggregate reads: pure, over acts, facts and packs; no clock, no files.

- Who may act, and where: ``authority`` over every act; ``persons``, ``keys``, ``roles``, ``posts``,
  ``post_statements``, ``units``; ``joint`` acts; the log's own: ``genesis``, ``heads``.
- Law: ``law``, ``measures``, ``sources``. Time: ``calendars``, ``clocks``, ``periods``, ``time``.
- Packs, from the bottom up: their ``files`` as typed values; the ``kinds`` of cases, decisions,
  accounts, … they arrange, and their ``obligations`` (``duties`` are those of one unit),
  ``figures``, ``numbers``; ``packs`` are all of these together, which are in force, and the book
  they make.
- What acts of several aggregates have in common: ``accounts``, ``answers``, ``attachments``,
  ``evidence`` and the ``compliance`` it shows, ``members``, ``paper``, ``references``, ``texts``;
  spellings: ``money``, ``quantities``, ``words``.
"""
