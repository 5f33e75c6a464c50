"""Files of packs as typed values: TOML and CSV, and on which line of them a value stands."""
