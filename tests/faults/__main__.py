"""`python -m tests.faults N=20000 SEED=1`."""

import sys

from tests.faults.run import main

sys.exit(main(sys.argv[1:]))
