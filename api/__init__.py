"""The surface: HTTP interface, pages, and the browser's own check of proofs.

Everything here stands on ``ledger.service`` through ``ledger.bootstrap``; no rule lives here.

- What is asked for: ``routes`` for programs, ``pages`` for people, the ``tour``; all discovered.
- The path of a request: ``serve`` runs processes, each an ``app``. ``rights`` says who may use
  which route, ``session`` who is signed in; ``deps`` and ``caller`` are what a route is given.
  ``sight`` is a page and its twin, ``remembered`` sends pages again; ``direct`` is the short way
  for submissions, ``acting`` is behind forms. ``errors`` are refusals, for both kinds of
  readers; ``reference`` describes the routes.
- What these are made with: ``wire`` for programs' answers, ``showing`` for people's, ``wording``
  for what is said; ``serving`` is what lies around every request and every process.
- What browsers run: sources in ``web``; ``templates``, ``locale``.
"""
