"""Run the benchmarks named on the command line, or all of them."""

import sys

from tests.benchmarks import extraction, observability, pages, reference_lookup, sandbox, service

BENCHMARKS = {
    "extraction": extraction.run,
    "sandbox": sandbox.run,
    "pages": pages.run,
    "reference_lookup": reference_lookup.run,
    "service": service.run,
    "observability": observability.run,
}


def main(names: list[str]) -> int:
    """Print the report of each benchmark."""
    for name in names or BENCHMARKS:
        for line in BENCHMARKS[name]():
            sys.stdout.write(f"{line}\n")
            sys.stdout.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
