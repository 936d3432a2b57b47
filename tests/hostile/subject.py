"""The process under attack: `python -m tests.hostile.subject`, one JSON line in (`file`), one out (a `Measured`).

Its readers of PDFs import this module again, so it brings in the pipeline only where it is the subject itself.
"""

if __name__ == "__main__":
    from tests.hostile.victim import main

    main()
