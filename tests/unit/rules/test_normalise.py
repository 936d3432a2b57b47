"""The ladder of forms, and the keys under which numbers are stored."""

import pytest

from rules.normalise import (
    Rung,
    bare,
    beginnings,
    forms,
    head_length,
    label_forms,
    made_of,
    n1,
    n2,
    n3,
    number_key,
    plain,
    service_form,
)

LABELS = label_forms(("EJ", "BC", "N°", "BON DE COMMANDE", "CDE", "'", "Numéro", "D'ENGAGEMENT"))


@pytest.mark.parametrize(
    ("written", "form"),
    [
        ("2026-000101", "2026-000101"),
        (" ej 2026\t-1\n", "EJ2026-1"),
        ("ej\u00a02026\u200b-1", "EJ2026-1"),
        ("２０２６", "2026"),
        ("n° 12", "N°12"),
        ("№ 12", "NO12"),
        ("e\u200d\u0301", "É"),
        ("a\x00b", "AB"),
        ("straße", "STRASSE"),
        ("", ""),
    ],
)
def test_n1(written: str, form: str) -> None:
    """N1 keeps separators, and drops case, width, blanks and what is not seen."""
    assert n1(written) == form


@pytest.mark.parametrize(
    ("written", "form"),
    [
        ("BC 26/00_42.a\\b'c\"d:e#f", "BC260042ABCDEF"),
        ("1‐2‑3‒4–5—6", "123456"),
        ("a-\u0301b", "ÁB"),
        ("--", ""),
    ],
)
def test_bare(written: str, form: str) -> None:
    """A bare number has no separators either, and nothing more to lose."""
    assert bare(written) == form


@pytest.mark.parametrize(
    ("written", "form"),
    [
        ("EJ 2026-12", "202612"),
        ("bc n° 2026/12", "202612"),
        ("Bon de commande 7", "7"),
        ("numéro d'engagement 7", "7"),
        ("BCX 7", "BCX7"),
        ("EJ", "EJ"),
        ("2026-12", "202612"),
        ("EJ(7)", "(7)"),
        ("", ""),
    ],
)
def test_n2(written: str, form: str) -> None:
    """N2 drops separators, and leading letters that are labels and nothing else."""
    assert n2(written, LABELS) == form


@pytest.mark.parametrize(
    ("number", "form"),
    [
        ("BC0042", "BC42"),
        ("0042", "42"),
        ("000", "0"),
        ("BC0", "BC0"),
        ("0A", "0A"),
        ("00A", "0A"),
        ("BC10042", "BC10042"),
        ("ABC", "ABC"),
        ("", ""),
    ],
)
def test_n3(number: str, form: str) -> None:
    """N3 drops zeros between the letters and the first other digit, and only those."""
    assert n3(number) == form


@pytest.mark.parametrize(
    ("written", "rung", "expected"),
    [
        ("ej 7", Rung.N0, {"ej 7"}),
        ("ej 7", Rung.N1, {"EJ7"}),
        ("ej 07", Rung.N2, {"EJ07", "07"}),
        ("ej 07", Rung.N3, {"EJ7", "7"}),
        ("EJ L26-0001", Rung.N2, {"EJL260001", "L260001"}),
        ("EJL26-0001", Rung.N2, {"EJL260001"}),
        ("cde-rh-7", Rung.N2, {"CDERH7", "RH7"}),
        ("EJ BC 7", Rung.N2, {"EJBC7", "BC7", "7"}),
        ("BON DE COMMANDE A7", Rung.N2, {"BONDECOMMANDEA7", "A7"}),
        ("EJ", Rung.N2, {"EJ"}),
        ("EJ-BC", Rung.N2, {"EJBC"}),
        ("", Rung.N0, set()),
        (" ", Rung.N0, {" "}),
        (" ", Rung.N1, set()),
        ("-", Rung.N1, {"-"}),
        ("-", Rung.N2, set()),
        ("-", Rung.N3, set()),
    ],
)
def test_forms(written: str, rung: Rung, expected: set[str]) -> None:
    """From N2 on, labels may be taken away or may be a part of the number."""
    assert forms(written, rung, LABELS) == expected


def test_beginnings() -> None:
    """Letters are parted at blanks and separators and at the first digit, where a digit is left."""
    assert beginnings("ej bc-A7 8") == (("", "EJBCA78"), ("EJ", "BCA78"), ("EJBC", "A78"), ("EJBCA", "78"))
    assert beginnings("A-B") == ()


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("2026-000101", "2026000101"),
        ("EJ 2026-000101", "2026000101"),
        ("EJ L26-0001", "L26.1"),
        ("BC0042", "42"),
        ("2026-000101", "2026101"),
        ("EJ 000", "0"),
    ],
)
def test_key_shared(left: str, right: str) -> None:
    """What is equal on a rung is stored under one key, whatever the labels."""
    assert number_key(left) == number_key(right)


@pytest.mark.parametrize(
    ("written", "key"),
    [("EJ 2026-000101", "22611"), ("0", "0"), ("EJ", "EJ"), ("", ""), ("A0B", "B"), ("12", "12"), ("X00", "0")],
)
def test_key(written: str, key: str) -> None:
    """A key has no leading letters and no zeros, and is only empty for nothing."""
    assert number_key(written) == key


def test_label_forms() -> None:
    """A label made of separators alone is none."""
    assert label_forms(("n° ", "-", "é")) == {"N", "É"}


@pytest.mark.parametrize(("head", "made"), [("", True), ("EJ", True), ("EJBC", True), ("EJX", False), ("XEJ", False)])
def test_made_of(head: str, *, made: bool) -> None:
    """Labels may follow each other, and nothing else may stand between them."""
    assert made_of(head, frozenset({"EJ", "BC"})) is made


def test_made_of_many_labels() -> None:
    """However many labels stand in a row, they are taken apart."""
    assert made_of("EJ" * 2000, frozenset({"E", "EJ", "BC"}))
    assert not made_of("EJ" * 2000 + "X", frozenset({"E", "EJ", "BC"}))


def test_words() -> None:
    """Service codes and words are compared without what does not tell them apart."""
    assert service_form("  SAAM \t D5 ") == "saam d5"
    assert service_form("061") == "061"
    assert plain(" Récyclée ") == "recyclee"
    assert head_length("AB1") == 2
    assert head_length("AB") == 2
    assert head_length("1AB") == 0
