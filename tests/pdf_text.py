"""What a reader of a PDF sees: its streams hold the numbers of glyphs, so bytes alone tell nothing of its words."""

from io import BytesIO

from pypdf import PdfReader


def text_of(body: bytes) -> str:
    """Return the words of a PDF without blanks and line ends, which depend on where its lines break."""
    pages = (page.extract_text() for page in PdfReader(BytesIO(body)).pages)
    return "".join("".join(pages).replace("\u200b", "").split())
