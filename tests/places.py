"""Where test material stands: our own fixtures, and real documents beside the checkout that may be absent."""

from pathlib import Path

ROOT = Path(__file__).parent.parent
FIXTURES = ROOT / "fixtures"


def _beside(*parts: str) -> Path | None:
    place = ROOT.parent.joinpath("shared", *parts)
    return place if place.is_dir() else None


CORPUS = _beside("corpus")
CHORUS_SAMPLES = _beside("chorus", "samples")
