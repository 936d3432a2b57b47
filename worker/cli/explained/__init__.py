"""`aiguilleur explain --html`: the decision beside the pages of the invoice, with the places where it was read."""

from worker.cli.explained.labels import Labels, load_labels
from worker.cli.explained.page import page_of

__all__ = ["Labels", "load_labels", "page_of"]
