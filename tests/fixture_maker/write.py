"""Laying the fixtures on disk: what differs is found first, and nothing is written if anything may not be.

A bundle is what is replaced together: a case, a reference folder, or the index (manifest and README) that follows from
the others.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.fixture_maker import index, reference
from tests.fixture_maker.cases import ALL
from tests.fixture_maker.model import Case

INDEX = "index"


@dataclass(frozen=True)
class Bundle:
    """Files by their path under the fixtures. A derived bundle is rewritten without asking."""

    name: str
    files: Mapping[str, bytes]
    derived: bool = False


@dataclass(frozen=True)
class Difference:
    """A file that is missing, differs, or stands in a case's folder without belonging to it."""

    bundle: Bundle
    path: str
    kind: str


def bundles(cases: Iterable[Case] = ALL) -> tuple[Bundle, ...]:
    """Everything the generator makes."""
    known = tuple(cases)
    made = [Bundle(c.id, {f"{c.folder}/{name}": content for name, content in c.files.items()}) for c in known]
    for name, as_of in (("reference", reference.AS_OF), ("reference_stale", reference.AS_OF_STALE)):
        made.append(Bundle(name, {f"{name}/{file}": content for file, content in reference.files(as_of).items()}))
    made.append(Bundle(INDEX, {"manifest.toml": index.manifest(known), "README.md": index.readme(known)}, derived=True))
    return tuple(made)


def differences(root: Path, made: Iterable[Bundle]) -> tuple[Difference, ...]:
    """Compare the tree under `root` with what was made."""
    return tuple(difference for bundle in made for difference in _of_bundle(root, bundle))


def _of_bundle(root: Path, bundle: Bundle) -> Iterator[Difference]:
    for path, content in bundle.files.items():
        target = root / path
        if not target.is_file():
            yield Difference(bundle, path, "missing")
        elif target.read_bytes() != content:
            yield Difference(bundle, path, "differs")
    if bundle.derived:
        return
    for folder in sorted({root / Path(path).parent for path in bundle.files}):
        present = sorted(folder.iterdir()) if folder.is_dir() else ()
        for target in present:
            path = target.relative_to(root).as_posix()
            if path not in bundle.files:
                yield Difference(bundle, path, "not ours")


def strays(root: Path, made: Iterable[Bundle]) -> tuple[str, ...]:
    """Case folders under `root` that no case accounts for."""
    known = {Path(path).parent.as_posix() for bundle in made for path in bundle.files}
    present = (folder for tree in ("invoices", "invoices_stale") for folder in sorted((root / tree).glob("*/*")))
    return tuple(path for path in (folder.relative_to(root).as_posix() for folder in present) if path not in known)


def refused(found: Iterable[Difference], replace: frozenset[str]) -> tuple[Difference, ...]:
    """Tell which differences may not be written: bytes that exist, in a bundle nobody asked to replace."""
    allowed = replace | {INDEX}
    return tuple(d for d in found if d.kind == "differs" and "all" not in replace and d.bundle.name not in allowed)


def write(root: Path, found: Iterable[Difference]) -> None:
    """Write what is missing or differs; never delete."""
    for difference in found:
        if difference.kind == "not ours":
            continue
        target = root / difference.path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(difference.bundle.files[difference.path])
