"""The chapters of the story; each module declares one ``chapter`` and nothing lists them."""
