"""The way of one act (docs/way-of-an-act.md), in the order it goes.

- A wish: ``commands`` as typed, ``misfits`` what no field can take; ``together``, those that bring
  others with them.
- ``prepare`` makes drafts of them. ``judge`` holds every rule, here, in submit, in import and in
  the audit alike, over ``facts``; ``text`` looks for characters that are refused.
- ``sign`` puts a key to the drafts, each digest computed again first.
- ``submit`` takes what was signed: ``drafts`` believes none of it, ``holding`` (with the modules of
  ``stated``) checks what it says of the home, ``sealing`` is what the vault will keep. ``front``
  waits for the sequencer, ``receipt`` tells where the entries stand, ``retried`` whether what is
  sent again is what was sent before.
- ``founding`` makes the first entry of all.
"""
