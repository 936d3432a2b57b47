"""`python -m worker`: the command line, for a process that starts another one of itself."""

from worker.cli.main import run

run()
