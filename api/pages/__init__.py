"""The pages: one module per place, each declaring its ``router``; discovery finds them.

Pages are plain HTML that works without script, as links and forms; every page has a ``.json`` twin
that holds the data it was made of.
"""
