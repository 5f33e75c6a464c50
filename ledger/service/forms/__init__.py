"""Commands as forms: their fields, what may be chosen, what may be done now and by whom.

A ``setting`` is who is about to do which act on what. From it come a ``form`` with the ``fields``
of its command, what is for ``choosing`` in each (of decisions ``deciding``, of disclosure items
``disclosing``), and which acts are ``possible`` now with a key she is ``holding``; ``turns`` are
what waits on somebody's desk. ``by_proxy`` signs for who has no key of her own, ``transcribing``
fills a form in from paper.
"""
