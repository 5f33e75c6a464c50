"""The rules every aggregate reads: pure, over acts, facts and packs; no clock, no files.

- Who may act, and where: ``authority`` over every act; ``persons``, ``keys``, ``posts``,
  ``post_statements``, ``units``; ``joint`` acts; the log's own, ``genesis`` and ``heads``.
- Law: ``law``, ``measures``, ``sources``. Time: ``calendars``, ``clocks``, ``periods``, ``time``.
- What a pack is: ``packs``, made of ``sections`` (``section``), read from files by ``pack_toml``,
  ``pack_csv``, ``toml_lines``, ``pack_faults``; tested by ``pack_check``, ``pack_diff`` and
  ``satisfiable``. Which are in force: ``adoptions``, ``reigns``; laid over each other: ``book``.
- What packs arrange: ``kinds`` of cases (``kind_ways``, ``kind_faults``), ``account_kinds``,
  ``catalogue_kinds``, ``decision_kinds``, ``post_kinds``, ``session_kinds``, the ``procedures`` of
  disclosure, ``obligations``, ``figures``, ``numbers``.
- What acts of several aggregates have in common: ``accounts``, ``answers``, ``attachments``,
  ``evidence`` and the ``compliance`` it shows, ``members``, ``paper``, ``references``, ``texts``;
  spellings: ``money``, ``quantities``, ``words``.
"""
