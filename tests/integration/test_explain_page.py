"""`explain --html` from the command line to a browser: the file it writes, and what it does without the document."""

import os
import re
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from lxml import html
from PIL import Image

from rules.findings import ReasonCode, finding
from rules.model import Field
from tests.places import FIXTURES
from tests.unit.explained.build import decision, invoice, shown, text_of
from worker.extract.limits import Limits
from worker.extract.pdf_reader import InProcessPdfReader

NOW = "2026-11-24T09:00:00+01:00"
INVOICES = FIXTURES / "invoices"
ON_PAGE, IN_DATA, OF_PIVOT, BARE_DATA = "LV-2026-4013", "LV-2026-4004", "PB-26-1032", "LV-2026-3001"
CASES = ("page/page-service-only", "facturx/en16931", "pivot/several-mixed-fates", "cii/chorus-d16b")
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
_LARGEST = 400_000


def _run(*arguments: object, **environment: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", "from worker.cli.main import run; run()", *map(str, arguments)]
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path)), **environment}
    return subprocess.run(command, capture_output=True, text=True, check=False, env=env, timeout=120)


@pytest.fixture(scope="module")
def decided(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with one invoice of each kind."""
    folder = tmp_path_factory.mktemp("store")
    files = [INVOICES / case for case in CASES]
    done = _run("replay", *files, "--reference", FIXTURES / "reference", "--now", NOW, "--store", folder)
    assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture
def store(decided: Path, tmp_path: Path) -> Path:
    """A copy of it that a test may damage."""
    return Path(shutil.copytree(decided, tmp_path / "store"))


def page(store: Path, key: str, *options: str) -> html.HtmlElement:
    """The page that the command writes."""
    target = store / "page.html"
    done = _run("explain", key, "--html", target, "--store", store, *options)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert [path.name for path in store.iterdir() if "page" in path.name] == ["page.html"]
    assert target.stat().st_size < _LARGEST
    return html.parse(str(target), html.HTMLParser(encoding="utf-8")).getroot()


def test_an_invoice_read_from_its_page(store: Path) -> None:
    """The page is there with its boxes, in French unless English is asked for."""
    french, english = page(store, ON_PAGE), page(store, ON_PAGE, "--lang", "en")
    for tree, word in ((french, "Aiguillée"), (english, "Routed")):
        assert word in tree.xpath("string(//header)")
        assert len(tree.xpath("//figure//img")) == 1
        assert tree.xpath("//a[@id='box-recipient_siret']/@href") == ["#read-recipient_siret"]
    assert (french.get("lang"), english.get("lang")) == ("fr", "en")


@pytest.mark.parametrize(
    ("key", "pictures", "says"),
    [(IN_DATA, 1, "données jointes à ce PDF"), (OF_PIVOT, 1, "jointe au pivot"), (BARE_DATA, 0, "sans page")],
)
def test_an_invoice_of_data(store: Path, key: str, pictures: int, says: str) -> None:
    """Its page is shown where there is one, without boxes, with the reason for it; its rows tell their paths."""
    tree = page(store, key)
    assert len(tree.xpath("//figure")) == pictures
    assert says in tree.xpath("string(//section[@id='document'])")
    assert tree.xpath("//a[starts-with(@id, 'box-')]") == []
    assert "/" in tree.xpath("string(//tr[@id='read-invoice_number']//code)")


def test_without_the_document(store: Path) -> None:
    """Documents that are gone, damaged, or out of reach leave the decision, and a sentence in place of the picture."""
    for file in (store / "documents").rglob("*"):
        if file.is_file():
            file.write_bytes(file.read_bytes()[:-1] + b"?")
    assert "n'est plus celui" in page(store, ON_PAGE).xpath("string(//section[@id='document'])")
    shutil.rmtree(store / "documents")
    tree = page(store, ON_PAGE)
    assert "n'est plus ici" in tree.xpath("string(//section[@id='document'])")
    assert "page 1" in tree.xpath("string(//tr[@id='read-recipient_siret'])")
    (store / "documents").rmdir()
    (store / "documents").write_text("no folder")
    assert "pour le moment" in page(store, ON_PAGE).xpath("string(//section[@id='document'])")


def test_without_a_document_store(store: Path) -> None:
    """A machine that knows the service's database but not its documents says so."""
    target = store / "page.html"
    url = f"sqlite:///{store / 'aiguilleur.sqlite'}"
    done = _run("explain", ON_PAGE, "--html", target, AIGUILLEUR_DATABASE_URL=url)
    assert (done.returncode, done.stderr) == (0, "")
    assert "AIGUILLEUR_DOCUMENTS_URL" in target.read_text(encoding="utf-8")


def test_a_file_that_cannot_be_written(store: Path) -> None:
    """A wrong place is one line on standard error; asking for two forms at once is too."""
    nowhere = _run("explain", ON_PAGE, "--html", store / "no" / "page.html", "--store", store)
    both = _run("explain", ON_PAGE, "--html", store / "page.html", "--json", "--store", store)
    for done, code in ((nowhere, 1), (both, 2)):
        assert done.returncode == code
        assert done.stderr.count("\n") == 1
        assert "Traceback" not in done.stderr
    assert not (store / "page.html").exists()


def test_a_pipe_and_a_link_stay_what_they_are(store: Path) -> None:
    """The page may go to a pipe, or through a link to a file: neither is replaced by a file."""
    pipe, link, target = store / "pipe", store / "link.html", store / "target.html"
    os.mkfifo(pipe)
    link.symlink_to(target)
    target.write_text("old")
    with subprocess.Popen(["cat", pipe], stdout=subprocess.PIPE, text=True) as reader:
        for place in (pipe, link):
            assert _run("explain", BARE_DATA, "--html", place, "--store", store).returncode == 0
        assert reader.stdout is not None
        assert reader.stdout.read() == target.read_text(encoding="utf-8")
    assert pipe.is_fifo()
    assert link.is_symlink()


class Browser:
    """A Chromium without a window, with a profile of its own."""

    def __init__(self, program: str, folder: Path) -> None:
        self._program, self._folder = program, folder

    def run(self, file: Path, *options: str, place: str = "") -> str:
        """Open a file; what the browser prints."""
        done = subprocess.run(
            [
                self._program, "--headless=new", "--no-sandbox", "--disable-gpu", "--hide-scrollbars",
                "--no-pdf-header-footer", f"--user-data-dir={self._folder}", *options, f"{file.as_uri()}{place}",
            ],
            capture_output=True, text=True, check=True, timeout=120,
        )  # fmt: skip
        return done.stdout

    def picture(self, file: Path, *options: str, place: str = "") -> Image.Image:
        """What is seen of a file, in a window for both columns."""
        target = self._folder / "picture.png"
        self.run(file, "--window-size=1440,1000", f"--screenshot={target}", *options, place=place)
        with Image.open(target) as image:
            return image.convert("RGB")


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Browser:
    """An installed browser; tests that take it are left out where there is none."""
    program = next(filter(None, map(shutil.which, BROWSERS)), None)
    if program is None:
        pytest.skip("no browser: apt-get install chromium")
    return Browser(program, tmp_path_factory.mktemp("browser"))


@pytest.fixture
def heard() -> Iterator[tuple[str, list[str]]]:
    """The address of a server of our own, and the paths that it was asked for."""
    paths: list[str] = []

    class Listening(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            paths.append(self.path)
            self.send_response(204)
            self.end_headers()

        def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002  the name of the base class
            pass

    with HTTPServer(("127.0.0.1", 0), Listening) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}", paths
        server.shutdown()
        thread.join()


def test_by_day_and_by_night(store: Path, browser: Browser) -> None:
    """The page follows the system's choice of light or dark; the invoice stays as white as its paper."""
    page(store, ON_PAGE)
    light = browser.picture(store / "page.html", "--blink-settings=preferredColorScheme=1")
    dark = browser.picture(store / "page.html", "--blink-settings=preferredColorScheme=0")
    assert light.getpixel((3, 3)) == (0xF4, 0xF5, 0xF7)
    assert dark.getpixel((3, 3)) == (0x14, 0x17, 0x1B)
    white = [image.crop((800, 200, 1400, 900)).getcolors(1 << 20) for image in (light, dark)]
    assert all(max(colours)[1] == (255, 255, 255) for colours in white)


def test_boxes_are_drawn_around_their_words(store: Path, browser: Browser) -> None:
    """A box that is chosen lights up in the window: its frame and its ground can be seen beside the decision."""
    page(store, ON_PAGE)
    image = browser.picture(
        store / "page.html", "--blink-settings=preferredColorScheme=1", place="#box-invoice_number"
    )  # fmt: skip
    frame = {(x, y) for x in range(720, 1440) for y in range(1000) if image.getpixel((x, y)) == (0xB3, 0x00, 0x5E)}
    assert frame
    (left, right), (top, bottom) = ((min(edges), max(edges)) for edges in zip(*frame, strict=True))
    assert 40 < right - left < 300
    assert 15 < bottom - top < 60
    inside = image.crop((left + 8, top + 8, right - 8, bottom - 8)).getcolors(1 << 16)
    assert max(inside)[1][2] < 230  # yellow
    assert min(colour for _, colour in inside)[0] < 100  # and print on it


def test_on_paper(store: Path, browser: Browser) -> None:
    """Printed, the decision comes whole and first, and the invoice follows on a sheet of its own."""
    page(store, ON_PAGE)
    target = store / "page.pdf"
    browser.run(store / "page.html", f"--print-to-pdf={target}")
    sheets = InProcessPdfReader(Limits()).pages(target.read_bytes())
    texts = [" ".join(word.text for word in sheet.words) for sheet in sheets.read]
    assert "Facture LV-2026-4013" in texts[0]
    assert "Décisions successives" in " ".join(texts)
    assert min(sheets.read[-1].words, key=lambda word: word.top).text == "Document"
    assert all(
        (sheet.width, sheet.height) == (pytest.approx(595, abs=2), pytest.approx(842, abs=2)) for sheet in sheets.read
    )


def test_a_hostile_document_reaches_nobody(
    tmp_path: Path, browser: Browser, heard: tuple[str, list[str]]
) -> None:  # fmt: skip
    """Markup in values makes no element in a browser, and nothing is fetched from anywhere."""
    address, paths = heard
    attacks = (
        f"<img src={address}/image>",
        f"<script>fetch('{address}/script')</script>",
        f"</style><style>body{{background:url({address}/style)}}</style>",
        f'"><link rel=stylesheet href={address}/link><meta http-equiv=refresh content="0;url={address}/away">',
    )
    for number, attack in enumerate(attacks):
        field = Field(attack, attack, attack)
        told = finding(ReasonCode.ENG_NOT_FOUND_CANDIDATES, number=attack, count=attack)
        text = text_of(invoice(invoice_number=field, within=attack), decision(told), shown(), note=attack)
        file = tmp_path / f"{number}.html"
        file.write_text(text, encoding="utf-8")
        dom = html.document_fromstring(browser.run(file, "--virtual-time-budget=2000", "--dump-dom"))
        assert len(dom.xpath("//script | //link | //style | //img")) == 2
        assert attack in dom.xpath("string(//h1)")
    control = tmp_path / "control.html"
    control.write_text(f"<!doctype html><img src={address}/control>", encoding="utf-8")
    browser.run(control, "--dump-dom")
    assert [path for path in paths if not re.fullmatch("/control|/favicon.ico", path)] == []
    assert "/control" in paths  # so the others would have been heard
