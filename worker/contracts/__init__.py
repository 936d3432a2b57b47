"""The published contracts: JSON Schemas and the AsyncAPI document, written from the models and kept in `worker/schemas`.

`python -m worker.contracts --write` writes them again, `--check` says which differ.
"""
