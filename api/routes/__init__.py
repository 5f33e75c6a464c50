"""The HTTP interface: one module per noun, each declaring its ``router``; discovery finds them."""
