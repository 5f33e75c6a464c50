"""The tables of an office, one module each; see ``ledger.service.imports.importable``."""
