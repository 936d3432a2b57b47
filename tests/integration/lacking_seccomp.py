"""The hostile reader on a machine without libseccomp."""

import sys

from tests.integration import hostile_child


def main() -> None:
    """Serve it."""
    sys.modules["pyseccomp"] = None  # type: ignore[assignment]  # as if it were not installed
    hostile_child.main()
