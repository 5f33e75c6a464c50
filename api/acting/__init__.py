"""Between a form and the rules: ``wishes`` as typed, ``checking`` what is to be signed.

``subjects`` are what an act is about, ``standing`` is how a stream stands for who may act on it.
"""
