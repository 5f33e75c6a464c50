"""Files to attach: pictures that say where they were taken, PDFs by pages, and bad ones."""

import io

from PIL import Image
from pypdf import PdfWriter

GPS = 0x8825
ORIENTATION = 0x0112
CAMERA = "SpyCam 3000"


def a_photo(kind: str = "JPEG", *, turned: bool = False) -> bytes:
    """Return a picture of 40 × 20 pixels, its left half red, with EXIF of camera and place."""
    image = Image.new("RGB", (40, 20), "blue")
    image.paste((255, 0, 0), (0, 0, 20, 20))
    exif = image.getexif()
    exif[0x0110] = CAMERA
    exif.get_ifd(GPS)[1] = "N"
    if turned:
        exif[ORIENTATION] = 6
    out = io.BytesIO()
    image.save(out, kind, exif=exif, **({"comment": b"by Wang"} if kind == "JPEG" else {}))
    return out.getvalue()


def a_pdf(pages: int = 2, *, password: str | None = None) -> bytes:
    """Return a PDF of blank pages."""
    writer = PdfWriter()
    for _ in range(pages):
        writer.add_blank_page(200, 200)
    if password is not None:
        writer.encrypt(password)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()
