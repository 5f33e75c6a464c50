"""What pages are made with: templates, boards as sheets, and what changed between two points."""
