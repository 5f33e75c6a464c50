"""Views: one module each; a module declares its view, discovery finds it."""
