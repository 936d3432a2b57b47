"""Where a field was read: its place, followed in the document, leads to the very text."""

import dataclasses

import pytest
from lxml import etree

from rules.model import Field
from tests.unit.extract.samples import PIVOT, SINGLE, invoice
from worker.extract.xml import parser_options

PREFIXES = ("cac", "cbc", "ext", "ram", "rsm", "udt")


def fields(of):
    """Every field of an invoice that holds a text and a place."""
    for description in dataclasses.fields(of):
        value = getattr(of, description.name)
        yield from (item for item in (value if type(value) is tuple else (value,)) if isinstance(item, Field))


@pytest.mark.parametrize("data", [*SINGLE.values(), PIVOT], ids=[*SINGLE, "pivot"])
def test_places_lead_to_the_text(data):
    """The place of every field is a path to an element that holds the text as written."""
    root = etree.fromstring(data, etree.XMLParser(**parser_options(huge=False)))
    namespaces = {prefix: uri for prefix, uri in root.nsmap.items() if prefix} | {
        prefix: uri for element in root.iter() for prefix, uri in element.nsmap.items() if prefix in PREFIXES
    }
    read = list(fields(invoice(data)))
    assert len(read) > 14
    for field in read:
        path = field.source.replace("/Invoice/", "/*/").replace("/CreditNote/", "/*/")
        path = path.replace("//CategoryCode", "//*[local-name()='CategoryCode']")
        assert field.raw in [element.text for element in root.xpath(path, namespaces=namespaces)], field
