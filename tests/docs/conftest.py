from tests.support.commands import one_tree, quick_keys

__all__ = ["one_tree", "quick_keys"]
