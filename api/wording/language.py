"""Which language a reader is answered in: her choice, else her browser's, else Chinese."""

from starlette.requests import Request

COOKIE = "mz_lang"
LANGUAGES = ("zh", "en")


def language_of(request: Request) -> str:
    """Return ``zh`` or ``en``: ``?lang=``, the cookie, then ``Accept-Language``."""
    for chosen in (request.query_params.get("lang"), request.cookies.get(COOKIE)):
        if chosen in LANGUAGES:
            return chosen
    return parse_accept(request.headers.get("accept-language", ""))


def parse_accept(header: str) -> str:
    """Return the best of our languages for an ``Accept-Language`` header; Chinese by default."""
    best, most = "zh", 0.0
    for part in header.split(",")[:20]:
        tag, _, weight = part.strip().partition(";q=")
        lang = tag.partition("-")[0].lower()
        quality = _quality(weight)
        if lang in LANGUAGES and quality > most:
            best, most = lang, quality
    return best


def _quality(text: str) -> float:
    try:
        return min(max(float(text), 0.0), 1.0) if text else 1.0
    except ValueError:
        return 0.0
