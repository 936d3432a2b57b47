"""Golden files: `fixtures/expected/<syntax>/<case>/expected.json` holds what is read from it and what is decided.

`python -m tests.golden` writes those that are missing; `--replace CASE` (or `all`) overwrites one that differs.
"""
