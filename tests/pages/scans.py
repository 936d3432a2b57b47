"""Pages as a scanner would give them: pictures only, a little askew, noisy, soft, and badly compressed."""

import io
from random import Random

import pikepdf
import pypdfium2
from PIL import Image, ImageChops, ImageFilter

_SKEW = 1.2  # degrees either way
_NOISE = (3.0, 8.0)  # standard deviation, in grey levels
_BLUR = (0.3, 0.8)  # radius in pixels at 200 dpi
_QUALITY = (45, 75)
_BYTES = 6  # random bytes averaged for one nearly normal value
_BYTE_DEVIATION = 73.9  # of one uniform byte


def scan(pdf: bytes, dpi: int, seed: int) -> bytes:
    """Print and scan a PDF: grey JPEG pages of the same size without any text. The same seed gives the same bytes."""
    rng = Random(seed)
    out = pikepdf.new()
    document = pypdfium2.PdfDocument(pdf)
    try:
        for page in document:
            width, height = page.get_size()
            picture = page.render(scale=dpi / 72, grayscale=True).to_pil().convert("L")
            _append(out, _worn(picture, dpi, rng), width, height)
    finally:
        document.close()
    made = io.BytesIO()
    out.save(made, deterministic_id=True)
    return made.getvalue()


def _worn(picture: Image.Image, dpi: int, rng: Random) -> tuple[bytes, tuple[int, int]]:
    angle, blur = rng.uniform(-_SKEW, _SKEW), rng.uniform(*_BLUR) * dpi / 200
    picture = picture.rotate(angle, resample=Image.Resampling.BICUBIC, fillcolor=255)
    picture = picture.filter(ImageFilter.GaussianBlur(blur))
    picture = _noisy(picture, rng.uniform(*_NOISE), rng)
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=rng.randint(*_QUALITY))
    return out.getvalue(), picture.size


def _noisy(picture: Image.Image, deviation: float, rng: Random) -> Image.Image:
    """Add noise around zero: the mean of several uniform bytes is near enough to normal, and follows the seed."""
    count = picture.width * picture.height
    mean = Image.frombytes("L", picture.size, rng.randbytes(count))
    for already in range(1, _BYTES):
        fresh = Image.frombytes("L", picture.size, rng.randbytes(count))
        mean = Image.blend(mean, fresh, 1 / (already + 1))
    gain = deviation / (_BYTE_DEVIATION / _BYTES**0.5)
    noise = mean.point(lambda grey: round(128 + (grey - 127.5) * gain))
    paper = picture.point(lambda grey: round(grey * 0.9))  # scanned paper is not white: room for noise above it
    return ImageChops.add(paper, noise, scale=1, offset=-128)


def _append(out: pikepdf.Pdf, picture: tuple[bytes, tuple[int, int]], width: float, height: float) -> None:
    jpeg, (across, down) = picture
    out.add_blank_page(page_size=(width, height))
    page = out.pages[-1]
    image = pikepdf.Stream(out, jpeg)
    image.stream_dict = pikepdf.Dictionary(
        Type=pikepdf.Name.XObject, Subtype=pikepdf.Name.Image, Width=across, Height=down, BitsPerComponent=8,
        ColorSpace=pikepdf.Name.DeviceGray, Filter=pikepdf.Name.DCTDecode,
    )  # fmt: skip
    page.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(Scan=image))
    page.Contents = pikepdf.Stream(out, f"q {width:.2f} 0 0 {height:.2f} 0 0 cm /Scan Do Q".encode())
