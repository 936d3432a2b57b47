"""The hostile reader on a machine without Landlock."""

import sys

from tests.integration import hostile_child


def main() -> None:
    """Serve it."""
    sys.modules["py_landlock"] = None  # type: ignore[assignment]  # as if it were not installed
    hostile_child.main()
