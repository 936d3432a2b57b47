"""Whose SIRET is whose: the supplier's, the recipient's, or a third party's.

Nearly every French invoice prints its supplier's SIRET, few print the recipient's, some print a factor's or a
sub-contractor's. Where it stands on the page says nothing; what stands around it does. The SIREN of a body of public
law begins with 1 or 2, that of a company does not (INSEE), and a supplier prints its SIREN again in its VAT number
(FR, a key of two characters, the SIREN) and in its entry of the trade register (RCS).
"""

import re
from collections.abc import Collection, Iterator, Sequence
from enum import StrEnum
from typing import NamedTuple

from rules.identifiers import SIREN_LENGTH, siren_fault, siret_fault
from rules.model import Box
from worker.extract.page.labels import Label
from worker.extract.page.lines import SEGMENT_GAP, Line, folded
from worker.extract.page.search import Sheet

_SIRET = re.compile(r"(?<!\w)(?<!\d[ .])\d(?:[ .\-\u00a0\u202f]{0,2}\d){13}(?![ .]?\d)(?!\w)")
_VAT = re.compile(r"(?<!\w)FR\s?[0-9A-HJ-NP-Z]{2}[ .]?(\d{3}[ .]?\d{3}[ .]?\d{3})(?!\d)")
_OTHER_VAT = re.compile(
    r"(?<!\w)(BE\s?[01]\d{3}[ .]?\d{3}[ .]?\d{3}|DE\s?\d{9}|ES\s?[A-Z]\d{7}[A-Z0-9]|ES\s?\d{8}[A-Z]|IT\s?\d{11}|LU\s?\d{8}|NL\s?\d{9}B\d{2}"
    r"|PT\s?\d{9}|AT\s?U\d{8}|CHE-?\d{3}\.?\d{3}\.?\d{3}|IE\s?\d{7}[A-Z]{1,2}|GB\s?\d{9})(?!\w)"
)
_REGISTER = re.compile(r"(?:r\.?c\.?s\.?|siren(?! ?/)|r\.?m\.?)\b[^\d\t]{0,40}?(\d{3}[ .]?\d{3}[ .]?\d{3})(?![ .]?\d)")
_REGISTER_AFTER = re.compile(r"(?<!\d)(?<!\d[ .])(\d{3}[ .]?\d{3}[ .]?\d{3})\s+r\.?c\.?s\.?\b")

_PUBLIC = re.compile(
    r"\b(?:departement|conseil_(?:departemental|regional|general)|commune|mairie|ville_de|metropole|communaute_(?:de_communes|d'agglo\w*|urbaine)"
    r"|syndicat|c\.?c\.?a\.?s\.?|c\.?i\.?a\.?s\.?|sdis|region_|prefecture|hopital|centre_hospitalier|lycee|college|universite|ministere|rectorat|ehpad|budget_annexe"
    r"|etablissement_public|office_public|parc_naturel|agglomeration|tresorerie|maison_departementale|laboratoire_departemental)\b".replace(
        "_", r"\s"
    )
)
_RECIPIENT = re.compile(
    r"\b(?:facturee?_a|adresse_de_facturation|client|destinataire|acheteur|a_l'attention|adressee?_a|bill(?:ed)?_to|invoice_to|sold_to|debiteur"
    r"|service_executant|code_service|payeur|doit|maitre_d'ouvrage|entite_publique)\b".replace("_", r"\s")
)
_SUPPLIER = re.compile(
    r"\b(?:sarl|s\.a\.r\.l|sas|s\.a\.s|sasu|eurl|scop|snc|au_capital|capital|r\.?c\.?s|ape|naf|tva|iban|bic|tel|telephone|www|emetteur|fournisseur|prestataire"
    r"|titulaire|vendeur|entrepreneur|artisan|siege|gerant|greffe|auto-entrepreneur|micro-entreprise|e-?mail|assurance|decennale)\b|@".replace(
        "_", r"\s"
    )
)
_THIRD = re.compile(
    r"\b(?:sous-?_?traitants?|affacturage|factor(?:ing)?|subrog\w+|cession_de_creance|cessionnaire|organisme_de_controle|transporteur|assureur"
    r"|adresse_de_livraison|lieu_de_livraison|livree?_a|ship(?:ped)?_to|mandataire|heberge\w+|notre_partenaire|imprimeur|edite_par)\b".replace(
        "_", r"\s"
    )
)
_HEADS_RECIPIENT = re.compile(
    r"(?:(?:l')?acheteur|client|destinataire|facturee? a|adresse (?:de facturation|du client)|vos (?:identifiants|coordonnees)|votre (?:identifiant|identite)"
    r"|maitre d'ouvrage|entite publique|bill to|billed to|sold to|customer|buyer|debiteur|collectivite|facture a(?: / bill to)?|client / customer)"
)
_HEADS_SUPPLIER = re.compile(
    r"(?:emetteur|fournisseur|vendeur|prestataire|titulaire|entreprise|emis par|de la part de|seller|supplier|from|creancier|nos (?:coordonnees|identifiants))"
)
_HEADING_LINES = 14
_COLUMN = 30.0  # points by which a column's lines may be set off from its heading
_BLOCK_LINES = 7
_BLOCK_GAP = 1.3  # heights between lines of one block


class Role(StrEnum):
    """Who a SIRET names."""

    SUPPLIER = "supplier"
    RECIPIENT = "recipient"
    THIRD = "third"
    UNKNOWN = "unknown"


class Identified(NamedTuple):
    """An identifier of a party as it stands on the page, and why it is thought to be this one's."""

    value: str
    role: Role
    page: int
    box: Box
    words: str
    why: str  # listed | labelled | register | block | left over
    margin: float  # by how much the evidence outweighs the contrary
    keyed: bool  # its check digits are right


def sirets(sheets: Sequence[Sheet], recipients: Collection[str]) -> tuple[Identified, ...]:
    """Every SIRET of the pages with its role. `recipients` are those of the body itself, where they are known."""
    sirens = _sirens_of_supplier(sheets)
    seen = [one for sheet in sheets for one in _on_page(sheet, recipients, sirens)]
    return tuple(_settled(seen))


def vat_number(sheets: Sequence[Sheet]) -> tuple[str, Box, int, str] | None:
    """The first VAT number of a supplier abroad, or a French one whose SIREN has a right key."""
    for sheet in sheets:
        for line in sheet.lines:
            if "client" in line.folded or "destinataire" in line.folded:
                continue
            for match in (*_VAT.finditer(line.text), *_OTHER_VAT.finditer(line.text)):
                text = re.sub(r"[ .\-]", "", match.group())
                if match.re is _OTHER_VAT or siren_fault(text[4:]) is None:
                    return text, line.box(match.start(), match.end()), sheet.page.number, match.group()
    return None


def supplier_sirens(sheets: Sequence[Sheet]) -> tuple[tuple[str, Box, int, str], ...]:
    """The SIREN of the trade register or of a VAT number, with its place."""
    return tuple(
        (siren, line.box(start, end), sheet.page.number, line.text[start:end])
        for sheet in sheets
        for line in sheet.lines
        for siren, start, end in _register_entries(line, _REGISTER, _REGISTER_AFTER, _VAT)
    )


def _on_page(sheet: Sheet, recipients: Collection[str], sirens: frozenset[str]) -> Iterator[Identified]:
    for row, line in enumerate(sheet.lines):
        for match in _SIRET.finditer(line.text):
            if not _is_together(line, match.start(), match.end()):
                continue
            value = re.sub(r"\D", "", match.group())
            label = _label_of(sheet, row, match.start())
            keyed = siret_fault(value) is None
            if not (keyed or label or value in recipients):
                continue
            box = line.box(match.start(), match.end())
            role, why, margin = _role(sheet, row, box, value, label, recipients, sirens)
            yield Identified(value, role, sheet.page.number, box, match.group(), why, margin, keyed)


def _role(
    sheet: Sheet,
    row: int,
    box: Box,
    value: str,
    label: Label | None,
    recipients: Collection[str],
    sirens: frozenset[str],
) -> tuple[Role, str, float]:
    if value in recipients:
        return Role.RECIPIENT, "listed", 10.0
    if label is Label.RECIPIENT_SIRET:
        return Role.RECIPIENT, "labelled", 6.0
    if label is Label.SUPPLIER_SIRET:
        return Role.SUPPLIER, "labelled", 6.0
    if value[:SIREN_LENGTH] in sirens:
        return Role.SUPPLIER, "register", 6.0
    block = _block(sheet, row, box)
    if _THIRD.search(block):
        return Role.THIRD, "block", 3.0
    headed = _heading(sheet, row, box)
    if headed:
        return headed, "headed", 4.0
    public = value[0] in "12"
    for_recipient = 2.0 * bool(_RECIPIENT.search(block)) + 1.5 * bool(_PUBLIC.search(block)) + 2.0 * public
    for_supplier = 0.8 * min(len(set(_SUPPLIER.findall(block))), 4) + 1.0 * (not public)
    margin = abs(for_recipient - for_supplier)
    if margin < 1.0:
        return Role.UNKNOWN, "block", margin
    return (Role.RECIPIENT if for_recipient > for_supplier else Role.SUPPLIER), "block", margin


def _heading(sheet: Sheet, row: int, box: Box) -> Role | None:
    """The word that heads the column of a party, such as “Émetteur” or “Client”, where one stands above."""
    best: tuple[float, Role] | None = None
    for position in range(max(0, row - _HEADING_LINES), row + 1):
        for segment in sheet.lines[position].segments:
            text = folded(segment.text).strip(" :")
            role = Role.RECIPIENT if _HEADS_RECIPIENT.fullmatch(text) else None
            role = Role.SUPPLIER if _HEADS_SUPPLIER.fullmatch(text) else role
            offset = abs(segment[0].left - _column_left(sheet.lines[row], box))
            if role and offset < _COLUMN and (best is None or offset < best[0] + 1):
                best = (offset, role)
    return best[1] if best else None


def _column_left(line: Line, box: Box) -> float:
    """Where the column begins in which an identifier stands: its label is part of it."""
    segment = next((s for s in line.segments if s[0].left <= box.left + 1 and box.right - 1 <= s[-1].right), None)
    return segment[0].left if segment else box.left


def _settled(seen: list[Identified]) -> Iterator[Identified]:
    """What remains unknown is the supplier's where it is the only one left and no supplier is known."""
    has_supplier = any(one.role is Role.SUPPLIER for one in seen)
    left = {one.value for one in seen if one.role is Role.UNKNOWN}
    for one in seen:
        if one.role is Role.UNKNOWN and not has_supplier and len(left) == 1:
            yield one._replace(role=Role.SUPPLIER, why="left over")
        else:
            yield one


def _is_together(line: Line, start: int, end: int) -> bool:
    first, last = line.index_at(start), line.index_at(end - 1)
    return all(line.gap_before(i) <= SEGMENT_GAP * 1.3 for i in range(first + 1, last + 1))


def _label_of(sheet: Sheet, row: int, start: int) -> Label | None:
    """The label before an identifier on its line, or heading its column."""
    wanted = {Label.RECIPIENT_SIRET, Label.SUPPLIER_SIRET, Label.SIRET}
    before = [found for found in sheet.labels[row] if found.end <= start]
    if before and before[-1].label in wanted:
        label: Label = before[-1].label
        return label
    if row == 0 or before:
        return None
    above, line = sheet.lines[row - 1], sheet.lines[row]
    if line.top - above.bottom > 2 * max(line.height, 1.0):
        return None
    box = line.box(start, start + 1)
    heads = (found for found in sheet.labels[row - 1] if found.label in wanted)
    close = (f.label for f in heads if _overlaps(above.box(f.start, f.end), box, above.height))
    return next(close, None)


def _overlaps(one: Box, other: Box, slack: float) -> bool:
    return one.left - slack < other.right and other.left < one.right + slack


def _block(sheet: Sheet, row: int, box: Box) -> str:
    """The folded text around an identifier: its line, and the lines of its block above and below."""
    texts = [" ".join(_over(sheet.lines[row], box, whole=True))]
    for step in (-1, 1):
        edge = sheet.lines[row]
        left, right = box.left, box.right
        for distance in range(1, _BLOCK_LINES if step < 0 else 4):
            position = row + step * distance
            if not 0 <= position < len(sheet.lines):
                break
            line = sheet.lines[position]
            gap = edge.top - line.bottom if step < 0 else line.top - edge.bottom
            if gap > _BLOCK_GAP * max(edge.height, 1.0):
                break
            over = list(_over(line, Box(left, 0, right, 0), whole=False))
            if not over:
                continue
            texts.append(" ".join(over))
            edge = line
    return " ".join(texts)


def _over(line: Line, box: Box, *, whole: bool) -> Iterator[str]:
    for segment in line.segments:
        if (segment[0].left < box.right + 5 and box.left - 5 < segment[-1].right) or (
            whole and abs(segment[-1].right - box.left) < 3 * line.height
        ):
            yield folded(segment.text)


def _sirens_of_supplier(sheets: Sequence[Sheet]) -> frozenset[str]:
    """The SIRENs that only a supplier prints. Where VAT numbers name several, they tell nothing."""
    lines = [line for sheet in sheets for line in sheet.lines]
    registered = {s for line in lines for s, _, _ in _register_entries(line, _REGISTER, _REGISTER_AFTER)}
    taxed = {s for line in lines for s, _, _ in _register_entries(line, _VAT)}
    return frozenset(registered | (taxed if len(taxed) == 1 else set()))


def _register_entries(line: Line, *patterns: re.Pattern[str]) -> Iterator[tuple[str, int, int]]:
    """SIRENs in a VAT number or an entry of the trade register."""
    if "client" in line.folded or "destinataire" in line.folded:
        return
    for pattern in patterns:
        for match in pattern.finditer(line.text.upper() if pattern is _VAT else line.folded):
            siren = re.sub(r"\D", "", match.group(1))
            if pattern is not _VAT or siren_fault(siren) is None:
                yield siren, match.start(1), match.end(1)
