"""The published contracts: JSON Schemas and an AsyncAPI document, made from the models, kept in `worker/schemas`.

`python -m worker.contracts --write` writes them again, `--check` says which differ.
"""
