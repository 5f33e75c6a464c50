"""What is said, in two languages: messages, codes in words, numbers, times, punctuation.

``messages`` are what pages say themselves. ``words`` are codes as the packs of the day call them;
``values`` and ``act_words`` stand on it, for members of states and for acts on screen.
"""
