"""Whether a certificate of voluntary service is ours, by the number and code printed on it.

The holder's name is on her paper and not here: who compares has the paper (志愿服务条例 Art. 19).
"""

from typing import Annotated, Any

from fastapi import APIRouter, Query

from api.deps import SurfaceDep, point_of
from api.sight import Sight, page
from ledger.errors import LedgerError
from ledger.service.certificates import verify_certificate

router = APIRouter()
Typed = Annotated[str, Query(max_length=60)]


@page(router, "/certificates", "certificates.html")
def certificates(surface: SurfaceDep, number: Typed = "", code: Typed = "") -> Sight:
    """Check a certificate of voluntary service by its number and its code."""
    point = point_of(surface.ledger, None)

    def data() -> dict[str, Any]:
        shown: dict[str, Any] = {"number": number, "code": code, "found": None, "error": None}
        if not (number.strip() and code.strip()):
            return shown
        try:
            return shown | {"found": verify_certificate(surface.ledger, number, code)}
        except LedgerError as error:
            return shown | {"error": {"zh": error.text("zh"), "en": error.text("en")}}

    return Sight(depends=("certificates", number, code, point.size), point=point, data=data)
