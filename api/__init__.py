"""The surface: HTTP interface, pages, and the browser's own check of proofs.

Everything here stands on ``ledger.service`` through ``ledger.bootstrap``; no rule lives here.

- What is asked for: ``routes`` for programs, ``pages`` for people, the ``tour``; all discovered.
  ``rights`` says who may use which; ``deps``, ``caller``, ``session``, ``language`` and ``bodies``
  are what a route is given; ``turns`` lets costly work be done for one at a time.
- Answers for programs: ``answers``, ``errors``, ``cursors``; described in ``reference``.
- Answers for people: ``sight`` is a page and its twin, ``rendering`` makes it of a template.
  ``acting`` stands behind forms; ``sheets``, ``board_layouts``, ``board_changes`` and
  ``differences`` behind boards and replay; ``people`` lists a demonstration's.
- What is said: ``messages`` in two languages; ``words``, ``act_words`` and ``values`` for codes;
  ``numbers``, ``times``, ``punctuation``.
- What lies around every request: ``serve`` and ``workers`` run processes, each an ``app``;
  ``connections``, ``arriving``, ``middleware``, ``remembered``, ``direct``, ``caching``,
  ``metrics``, ``news``.
- What browsers run: sources in ``web``, built by ``webassets``; ``templates``, ``locale``.
"""
