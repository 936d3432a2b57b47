"""The expression that the labels make together."""

from worker.extract.page import labels


def test_each_way_of_writing_has_one_group():
    """The group behind it tells which one was found: a group within one would count for the next."""
    assert labels._LABELS.groups == len(labels._ENTRIES)
