"""What is done with a ledger (``ledger.service.ledger``): acts, reading, boards, audits, upkeep.

Begin with ``acts``, the way of one act, and ``reading``, what a ledger says of itself. ``forms``
and ``attachments`` serve whoever acts; ``packs``, ``imports``, ``exports``, ``auditing``,
``backup`` and ``upkeep`` are what their names say. A module in ``boards``, ``findings``,
``acts.stated`` or ``imports.importables`` is found by being there. The modules beside these
packages are what several of them stand on:

- ``ledger``, ``directory``, ``listing``: the opened ledger, and what people call things in it;
- ``board``, ``sheet``, ``finding``, ``marked``: what boards and findings are made with;
- ``compliance``, ``figures``, ``measures``, ``posts``, ``spending``, ``statements``, ``teams``:
  what several of them show;
- ``office``: setting up units, posts, packs; ``certificates``; for people at the pages ``sign_in``
  and ``enrolments``; ``turnstile``: as many threads at once as there are cores.
"""
