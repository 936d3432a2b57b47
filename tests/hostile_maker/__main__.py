"""`python -m tests.hostile_maker [OUT]`: write the small set and the manifest (default: fixtures/hostile)."""

import sys
from pathlib import Path

from tests.hostile_maker.write import write

if __name__ == "__main__":
    out = Path(sys.argv[1] if len(sys.argv) > 1 else "fixtures/hostile")
    sys.stdout.write(f"{write(out)} files written under {out}\n")
