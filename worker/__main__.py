"""`python -m worker`: the command line, for a process that starts another one of itself."""

from worker.cli.main import run

if __name__ == "__main__":  # the readers of PDFs import this module and must not run it
    run()
