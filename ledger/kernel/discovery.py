"""Find what modules declare: adding an aggregate or view means new files only."""

import importlib
import pkgutil
from collections.abc import Iterator
from types import ModuleType
from typing import Any


def declared(package: ModuleType, attribute: str) -> Iterator[Any]:
    """Yield ``attribute`` of every module directly in ``package`` that has it, by module name."""
    for info in sorted(pkgutil.iter_modules(package.__path__), key=lambda info: info.name):
        module = importlib.import_module(f"{package.__name__}.{info.name}")
        if hasattr(module, attribute):
            yield getattr(module, attribute)
