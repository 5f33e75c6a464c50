"""Commands that tests run one after another: what each of them would do again is done once.

The runner would build a tree of commands for each call; each opening of a key file would take the
fifth of a second that a thief's guess is to cost.
"""

import functools
from collections.abc import Iterator

import pytest
from typer.main import get_command

from ledger.entry.keyfile import save_key

tree = functools.cache(get_command)
"""Returns the commands of an application as a tree; tests only walk it."""


@pytest.fixture(scope="session", autouse=True)
def one_tree() -> Iterator[None]:
    """Let the runner take the tree there is."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("typer.testing._get_command", tree)
        yield


@pytest.fixture(scope="module", autouse=True)
def quick_keys() -> Iterator[None]:
    """Let key files be made that open at once, here and not by what the session runs next."""
    assert save_key.__kwdefaults__ is not None
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(save_key.__kwdefaults__, "rounds", 1)
        yield
