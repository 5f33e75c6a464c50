"""The packs that travel with the program, by name and version, as acts cite them."""

from typing import Final

from ledger.rules.packs.pack import load_pack, shipped

CN_LAW: Final = load_pack(shipped("cn-law")).ref
CN_BASE: Final = load_pack(shipped("cn-base")).ref
BIJIANG: Final = load_pack(shipped("bijiang")).ref
