"""The tree of commands, built once: for each call of it the runner would build its own."""

import functools
from collections.abc import Iterator

import pytest
from typer.main import get_command

tree = functools.cache(get_command)
"""Returns the commands of an application as a tree; tests only walk it."""


@pytest.fixture(scope="session", autouse=True)
def one_tree() -> Iterator[None]:
    """Let the runner take the tree there is."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("typer.testing._get_command", tree)
        yield
