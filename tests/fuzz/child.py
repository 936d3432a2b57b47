"""One run of libFuzzer, which ends its process: `python -m tests.fuzz.child TARGET SECONDS FOLDER SEED`."""

import sys
from pathlib import Path
from random import Random

import atheris

with atheris.instrument_imports(include=["worker", "rules"]):
    from tests.fuzz.findings import Findings
    from tests.fuzz.mutations import TOKENS
    from tests.fuzz.targets import TARGETS, Target

_LONGEST = 25  # seconds for one input, after which libFuzzer ends the process
_MEMORY = 2048  # MiB


def main(name: str, seconds: str, place: str, seed: str) -> None:
    """Fuzz one target; findings stand in the folder as files."""
    target, folder = TARGETS[name], Path(place)
    corpus = folder / "corpus"
    corpus.mkdir(parents=True, exist_ok=True)
    for position, data in enumerate(target.seeds()):
        (corpus / f"seed-{position}").write_bytes(data)
    dictionary = folder / "dictionary.txt"
    dictionary.write_text("".join(f'"{_quoted(token)}"\n' for token in TOKENS if token), encoding="ascii")
    arguments = [
        *(
            name,
            str(corpus),
            f"-max_total_time={seconds}",
            f"-timeout={_LONGEST}",
            f"-rss_limit_mb={_MEMORY}",
            f"-seed={seed}",
        ),
        *(f"-max_len={target.largest}", f"-dict={dictionary}", f"-artifact_prefix={folder}/", "-print_final_stats=1"),
    ]
    check = Findings(target.check, folder, target.seconds)
    if target.mutate is None:
        atheris.Setup(arguments, check)
    else:
        atheris.Setup(arguments, check, custom_mutator=_mutator(target))
    atheris.Fuzz()


def _mutator(target: Target):
    def mutate(data: bytes, largest: int, seed: int) -> bytes:
        chance = Random(seed)
        if target.mutate is None or chance.random() < 0.3:
            return bytes(atheris.Mutate(data, largest))
        return target.mutate(data, chance)[:largest]

    return mutate


def _quoted(token: bytes) -> str:
    return "".join(f"\\x{byte:02x}" for byte in token[:32])


if __name__ == "__main__":
    main(*sys.argv[1:])
