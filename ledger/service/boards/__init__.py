"""The boards of this program: each module declares one ``board`` and nothing lists them."""
