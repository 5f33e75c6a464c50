"""Roles: codes a pack gives to those who act; a few are kept by code for the registry's own acts.

Who holds a role where and when: ``posts``.
"""

from collections.abc import Mapping
from typing import Annotated

from msgspec import Meta

from ledger.kernel.naming import Name
from ledger.rules.files.toml_file import PackInvalid

Role = Annotated[str, Meta(pattern=r"^[a-z][a-z0-9_]*$", max_length=64)]

RESERVED: Mapping[str, Name] = {
    "holder": Name("本人", "Holder herself"),
    "registrar": Name("登记员", "Registrar"),
}
"""What the roles of the registry's own acts are called, which no pack names."""
RESERVED_ROLES = frozenset(RESERVED)
"""Roles of the registry's own acts."""


class RoleNotForPacks(PackInvalid):
    """A transition is given to a role that code keeps for itself."""

    code = "pack.role_reserved"
    zh = "{file}:{line}：角色“{name}”由程序保留，规则包不能使用。请改用其他角色。"
    en = '{file}:{line}: role "{name}" is kept for the registry. Give the act to another role.'
