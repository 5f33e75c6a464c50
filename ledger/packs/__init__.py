"""Rule packs that travel with the program: arrangements and law as data."""
