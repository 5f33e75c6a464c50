from tests.support.commands import one_tree

__all__ = ["one_tree"]
