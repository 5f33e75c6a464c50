"""Audits: their ports filled from a home, an exported log or an evidence package.

``audits`` starts each. A ``home`` is read as doubtfully as a stranger's: its ``rows``, ``blobs``
and ``views``, and what its database may hold at all (``store``). ``rules`` judges every act again;
``scratch`` is where an audit remembers what does not fit into memory.
"""
