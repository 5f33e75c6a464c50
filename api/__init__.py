"""The surface: HTTP interface, pages, and the browser's own check of proofs.

Everything here stands on ``ledger.service`` through ``ledger.bootstrap``; no rule lives here.

- What is asked for: ``routes`` for programs, ``pages`` for people, the ``tour``; all discovered.
  ``rights`` says who may use which, ``deps``, ``caller`` and ``session`` what a route is given.
- How it is answered: ``answers``, ``errors`` and ``cursors`` in JSON; ``sight`` and ``rendering``
  as a page with its twin, in the words of ``words``, ``act_words``, ``values`` and ``messages``;
  ``sheets`` and the ``board_*`` modules for boards; ``acting`` for forms.
- What lies around every request: ``serve`` and ``workers`` run the processes that ``app`` makes;
  ``connections``, ``arriving``, ``middleware``, ``remembered``, ``caching``, ``metrics``, ``news``.
- What browsers run: sources in ``web``, built by ``webassets``; ``templates``, ``locale``.
"""
