"""What is done with a ledger (``ledger.service.ledger``): acts, reading, boards, audits, upkeep.

Begin with ``acts``, the way of one act. Each package says what it is for; a module in ``boards``,
``findings``, ``acts.stated`` or ``imports.importables`` is found by being there. The modules beside
them are what several packages stand on:

- ``ledger``, ``directory``, ``listing``: the opened ledger, and what people call things in it;
- ``board``, ``sheet``, ``finding``, ``marked``: what boards and findings are made with;
- ``compliance``, ``figures``, ``measures``, ``posts``, ``spending``: what several of them show;
- ``office``: setting up units, posts, packs; ``certificates``; for people at the pages ``sign_in``
  and ``enrolments``; ``turnstile``: as many threads at once as there are cores.
"""
