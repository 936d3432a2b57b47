"""Counting what was read right, wrong, or not at all."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from rules.model import IdType, Invoice

FIELDS = (
    "recipient_siret",
    "service_code",
    "commitment_number",
    "contract_number",
    "supplier_siret",
    "invoice_number",
    "issue_date",
    "amount_incl_tax",
)
SURE = 0.95


@dataclass
class Score:
    """The answers to one question over a set."""

    asked: int = 0  # how often there was something to be read
    right: int = 0
    wrong: int = 0  # also where there was nothing to be read
    missed: int = 0
    sure: int = 0  # answers given with confidence
    sure_right: int = 0
    failures: list[str] = field(default_factory=list)

    def add(self, name: str, truth: str | None, answer: str | None, confidence: float) -> None:
        """Count one answer."""
        is_right = truth is not None and answer is not None and same(truth, answer)
        is_sure = answer is not None and confidence >= SURE
        self.asked += truth is not None
        self.right += is_right
        self.wrong += answer is not None and not is_right
        self.missed += truth is not None and answer is None
        self.sure += is_sure
        self.sure_right += is_sure and is_right
        if not is_right and (truth is not None or answer is not None):
            self.failures.append(f"{name}: {answer} ({confidence:.2f}) for {truth}")

    @property
    def precision(self) -> float | None:
        """Right answers among the answers."""
        return _share(self.right, self.right + self.wrong)

    @property
    def recall(self) -> float | None:
        """Right answers among what there was to be read."""
        return _share(self.right, self.asked)

    @property
    def calibration(self) -> float | None:
        """Right answers among those that were given with confidence."""
        return _share(self.sure_right, self.sure)


@dataclass
class Table:
    """The scores of a set."""

    title: str
    scores: dict[str, Score] = field(default_factory=lambda: {name: Score() for name in FIELDS})

    def add(self, name: str, truth: Mapping[str, str | None], invoice: Invoice | None) -> None:
        """Count one invoice: of the fields in `truth`, what was read. A field that is not in it is not asked for."""
        for key, (answer, confidence) in answers(invoice).items():
            if key in truth:
                self.scores[key].add(name, truth[key], answer, confidence)

    def lines(self, *, failures: bool = False) -> Iterator[str]:
        """The table as text."""
        yield self.title
        heads = f"{'asked':>6}{'right':>7}{'wrong':>7}{'missed':>8}{'precision':>11}{'recall':>9}"
        yield f"  {'field':18}{heads}{'sure':>7}{'of them right':>15}"
        for name, score in self.scores.items():
            counts = f"{score.asked:6}{score.right:7}{score.wrong:7}{score.missed:8}"
            shares = f"{percent(score.precision):>11}{percent(score.recall):>9}"
            yield f"  {name:18}{counts}{shares}{score.sure:7}{percent(score.calibration):>15}"
        if failures:
            for name, score in self.scores.items():
                yield from (f"    {name}: {failure}" for failure in score.failures)
        yield ""


def same(truth: str, answer: str) -> bool:
    """Whether two values are one, blanks and case aside."""
    return "".join(truth.split()).upper() == "".join(answer.split()).upper()


def percent(share: float | None) -> str:
    """A share as a percentage."""
    return "-" if share is None else f"{100 * share:.1f} %"


def answers(invoice: Invoice | None) -> dict[str, tuple[str | None, float]]:
    """What was read for each field, with its confidence."""
    return dict(_answers(invoice))


def _answers(invoice: Invoice | None) -> Iterator[tuple[str, tuple[str | None, float]]]:
    for name in FIELDS:
        read: Any = getattr(invoice, "supplier_id" if name == "supplier_siret" else name) if invoice else None
        other = name == "supplier_siret" and invoice is not None and invoice.supplier_id_type != IdType.SIRET
        if read is None or other:
            yield name, (None, 0.0)
        else:
            yield name, (read.raw.strip(), read.seen.confidence if read.seen else 1.0)


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None
