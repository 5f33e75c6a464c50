"""What pages say, in two languages: Chinese stands in the source, English in ``locale/en.po``.

gettext with Chinese message ids. The catalogue is read when the program starts, so nothing compiled
is kept beside it; ``python -m api.wording.messages`` brings it up to date with the source.
"""

import sys
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Final

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

PACKAGE: Final = Path(__file__).parents[1]
ENGLISH: Final = PACKAGE / "locale" / "en.po"
_METHODS: Final = [("templates/**.html", "jinja2"), ("**.py", "python")]
_KEYWORDS: Final = {"_": None, "N_": None, "gettext": None, "ngettext": (1, 2)}

Translate = Callable[[str], str]


def N_(text: str) -> str:  # noqa: N802 - gettext's own name
    """Mark a text for the catalogue; it is translated where it is shown."""
    return text


@cache
def english() -> Mapping[str, str]:
    """Return the English of every Chinese text."""
    with files("api").joinpath("locale/en.po").open("rb") as file:
        catalog = read_po(file, locale="en")
    return {str(each.id): str(each.string) for each in catalog if each.id and each.string}


def translator(lang: str) -> Translate:
    """Return what turns a text of the source into ``lang``; what has no English stays Chinese."""
    if lang == "zh":
        return str
    known = english()
    return lambda text: known.get(text, text)


def extracted() -> Iterator[str]:
    """Yield every text that the source marks for translation."""
    for _, _, message, _, _ in extract_from_dir(PACKAGE, _METHODS, keywords=_KEYWORDS):
        yield message if isinstance(message, str) else message[0]


def brought_up_to_date() -> Catalog:
    """Return the English catalogue with exactly the texts of the source."""
    known, made = english(), Catalog(locale="en", fuzzy=False)
    for text in sorted(set(extracted())):
        made.add(text, known.get(text, ""))
    return made


def main() -> int:
    """Write the catalogue; name what is not translated yet, and exit with 1 if anything is."""
    catalog = brought_up_to_date()
    with ENGLISH.open("wb") as file:
        write_po(file, catalog, omit_header=True, width=100)
    missing = [str(each.id) for each in catalog if each.id and not each.string]
    sys.stdout.writelines(f"not translated: {text}\n" for text in missing)
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
