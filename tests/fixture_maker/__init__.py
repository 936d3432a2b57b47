"""Writes every document under `fixtures/`: invented invoices, and the reference data they are decided against.

Run it from the repository root as `python -m tests.fixture_maker`. It never imports the worker or the rules: it is a
second, independent reading of the formats, so that a mistake in one of the two shows as a difference.
"""
