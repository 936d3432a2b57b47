"""How much of a document is read before it is refused."""

from dataclasses import dataclass

MEBIBYTE = 1 << 20
YEARS = range(1900, 2200)  # in which the dates of invoices are; 9999-12-31 stands for no date, and cannot be added to


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Sizes in bytes. The defaults let through all that Chorus Pro and the reform allow.

    Chorus Pro: 10 MB an attachment, 120 MB an invoice, 1 GB a flow; the reform: 100 MB a file (BR-FR-19).
    """

    pivot_bytes: int = 1200 * MEBIBYTE  # streamed, one invoice in memory at a time
    xml_bytes: int = 160 * MEBIBYTE
    pdf_bytes: int = 160 * MEBIBYTE
    attachment_bytes: int = 128 * MEBIBYTE  # of one attachment, decoded and unzipped
    zip_bytes: int = 384 * MEBIBYTE  # unpacked, of an archive that was delivered as it is: held in memory
    zip_directory_bytes: int = MEBIBYTE  # about 10,000 entries, of which one is expected
    zip_ratio: int = 200  # decoded bytes for each byte of the archive, above one mebibyte
    schema_faults: int = 5  # faults of a schema that are reported
    xml_marks: int = 2_500_000  # `<` and `=` of one invoice, each at most 240 bytes of a tree: some 50,000 lines
    findings: int = 20  # of one code that are told of one invoice
    first_pages: int = 3  # whose words are read: the first ones…
    last_pages: int = 2  # …and the last ones, where the totals stand
    page_words: int = 8_000  # of one page
    page_cells: int = 4_000  # of the ruled tables of one page: each is compared with every word
    scan_pages: int = 4  # of one document that Tesseract reads: the first ones, and the last
    scan_seconds: float = 60.0  # of wall time, for all of them together
    pixels: int = 25_000_000  # of one rendered page: A3 at 300 dpi has 17 million
    pdf_files: int = 1000  # embedded in a PDF; those that are XML may have `xml_bytes` together
