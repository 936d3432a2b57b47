"""Two languages on one page: freight, and suppliers from the other side of a border."""

from tests.pages.facts import Facts, Trade
from tests.pages.layouts.parts import coded_rows, identity, legal, plain_rows, recipient, totals
from tests.pages.registry import layout
from tests.pages.sheet import Look, Sheet
from tests.pages.truth import MEASURE, TUNE


@layout(
    "fret", TUNE, Trade(
        names=("{} Transit", "Transports {}", "{} Logistics"), goods="transport", numbers=("TR26{:05d}", "LOG-{:06d}"),
        lines=(2, 5),
    ), Look(font="Helvetica", size=8.5, sirets=("joined", "nbsp"), amounts=("space-point-eur", "euro-before"),
            dates=("slashes", "iso"), colon=" :"),
    "language:english", "language:bilingual", "supplier:right", "trap:delivery-address", "trap:due-date", credit=5,
)  # fmt: skip
def freight(s: Sheet, f: Facts) -> None:
    """French and English in every label, references in a ruled list at the left, parties in boxes."""
    s.put(196, 18, f.supplier.name, bold=True, size=14, align="r")
    s.put(196, 23, f"{f.supplier.street} - {f.supplier.town}", align="r", size=8)
    s.put(14, 22, "AVOIR / CREDIT NOTE" if f.credit else "FACTURE / INVOICE", bold=True, size=15)
    pairs = [("N° de facture / Invoice No", "@number"), ("Date / Date", "@date"), ("N° d'engagement / Order No", "@ej"),
             ("Code service / Department", "@service"), ("Marché / Contract No", "@contract"),
             ("Échéance / Due date", s.day(f.due))]  # fmt: skip
    y = 30.0
    for label, spec in pairs:
        s.box(14, y, 52, 6.5)
        s.box(66, y, 42, 6.5)
        s.pair(16, y + 4.5, label, spec, to=68, colon=False, keep=True, size=8)
        y += 6.5
    s.box(114, 30, 82, 30)
    s.name(116, 34.5, "Facturé à / Bill to", size=7)
    s.block(116, 40, recipient(f), width=78)
    s.line(116, 57, "SIRET : {siret}", size=8)
    s.box(114, 62, 82, 18)
    s.name(116, 66, "Livré à / Ship to", size=7)
    s.block(116, 70.5, ["Magasin central, quai 2", "14 route du Dépôt, 99200 Bégassou"], first=False, size=8)
    columns = [("Code", 14, 18, "l"), ("Désignation / Description", 32, 70, "l"), ("Qté / Qty", 102, 18, "r"),
               ("P.U. / Price", 120, 30, "r"), ("TVA / VAT", 150, 16, "r"), ("Total", 166, 30, "r")]  # fmt: skip
    s.rows(90, columns, coded_rows(s), ruled=True, size=8)
    totals(
        s, 112, 226, 195, [("Total HT / Net amount", "@ht"), ("TVA / VAT", "@tva"), ("Total TTC / Amount due", "@ttc")]
    )
    identity(s, 14, 262, "N° SIRET")
    legal(s, 284, "[form] au capital de [capital] EUR - [rcs] - VAT [vat] - IBAN [iban]")


@layout(
    "rhenan", TUNE, Trade(
        names=("Labortechnik {}", "{} Analytik"), goods="care", numbers=("RE-2026-{:05d}",), credits="GS-2026-{:05d}",
        rates=("0",), country="DE",
    ), Look(font="Helvetica", size=9, sirets=("spaces",), amounts=("dot-eur", "dot"), dates=("dots",), colon=":",
            mode="plain", degree="°"),
    "language:bilingual", "supplier:left", "supplier:no-vat", "trap:delivery-date", credit=6,
)  # fmt: skip
def rhenish(s: Sheet, f: Facts) -> None:
    """A German firm: window address under a line with the sender, references at the right, footer of columns."""
    s.put(196, 20, f.supplier.name, size=16, align="r", grey=0.3)
    s.put(20, 46, f"{f.supplier.name} · {f.supplier.street} · {f.supplier.town}", size=6)
    s.rule(20, 47.5, 100)
    s.block(20, 53, [*recipient(f), "FRANKREICH"], first=False, leading=5)
    s.stack(122, 53, [
        ("Rechnung / Facture Nr.", "@number"), ("Datum / Date", "@date"), ("Bestellnr. / Commande n°", "@ej"),
        ("Code service", "@service"), ("Vertrag / Contrat n°", "@contract"), ("Lieferdatum / Livraison",
        s.day(f.delivered)),
    ], to=166, size=8)  # fmt: skip
    s.line(122, 84, "SIRET: {siret}", size=8)
    s.put(20, 98, "Gutschrift / Avoir" if f.credit else "Rechnung / Facture", bold=True, size=13)
    columns = [("Bezeichnung / Désignation", 20, 80, "l"), ("Menge / Qté", 100, 26, "r"), ("Preis / Prix", 126, 32,
        "r"),
               ("Betrag / Montant", 158, 36, "r")]  # fmt: skip
    y = s.rows(106, columns, plain_rows(s), leading=6.5)
    s.rule(20, y + 2, 194)
    y = totals(s, 110, y + 8, 193, [("Nettobetrag / Montant HT", "@ht"), ("Gesamtbetrag / Total à payer", "@ttc")])
    s.put(20, y + 6, "Steuerfreie innergemeinschaftliche Lieferung / Autoliquidation par le preneur", size=8)
    s.rule(20, 268, 194)
    for x, texts in ((20, [f.supplier.name, f.supplier.street, f.supplier.town]),
                     (90, ["Amtsgericht Neustadt HRB 99417", f"USt-IdNr. {f.supplier.vat}", "Steuernr. 143/999/00417"]),
                     (150, ["Bankverbindung", "IBAN DE02 9999 0000 0417 7330 00", f.supplier.mail])):  # fmt: skip
        s.block(x, 273, texts, size=6.5, leading=3.2, first=False)


@layout(
    "peninsule", MEASURE, Trade(
        names=("Frutas {}", "Suministros {}"), goods="food", numbers=("A/26-{:04d}", "26F{:05d}"),
            credits="R/26-{:04d}",
        rates=("0",), country="ES", lines=(3, 6),
    ), Look(font="Times", size=10, sirets=("9+5",), amounts=("dot", "dot-eur"), dates=("dashes-yy", "slashes"),
        colon=":"),
    "language:bilingual", "supplier:left", "supplier:no-vat", "trap:delivery-date", "trap:discount", credit=6,
)  # fmt: skip
def peninsula(s: Sheet, f: Facts) -> None:
    """A Spanish firm: client and invoice in two ruled halves, labels in Spanish with French between brackets."""
    s.put(105, 20, f.supplier.name, bold=True, size=17, align="c")
    s.put(105, 26, f"{f.supplier.street} - {f.supplier.town} - CIF {f.supplier.vat}", align="c", size=9)
    s.box(18, 34, 86, 44)
    s.box(106, 34, 86, 44)
    s.put(21, 40, "Cliente (Client)", bold=True)
    s.block(21, 46, recipient(f), leading=5, first=False, size=9, width=80)
    s.line(21, 66, "SIRET: {siret}")
    s.line(21, 72, "Servicio (Service): {service}")
    s.stack(109, 40, [("Factura abono (Avoir n°)" if f.credit else "Factura (Facture n°)", "@number"),
                      ("Fecha (Date)", "@date"), ("Pedido (Bon de commande n°)", "@ej"),
                      ("Contrato (Marché)", "@contract"), ("Entrega (Livraison)", s.day(f.delivered))],
            leading=7)  # fmt: skip
    columns = [
        ("Concepto (Libellé)", 18, 84, "l"),
        ("Cant.", 102, 18, "r"),
        ("Precio", 120, 34, "r"),
        ("Importe", 154, 38, "r"),
    ]
    s.rows(86, columns, plain_rows(s), ruled=True, leading=7)
    s.grid(18, 226, [("Base (HT)", "@ht", 46), ("Dto. (Remise)", s.money(f.ht * 0), 36), ("IVA (TVA)", "Exento", 36),
                     ("TOTAL (TTC)", "@ttc", 56)], height=7)  # fmt: skip
    s.put(18, 250, "Entrega intracomunitaria exenta - Exonération de TVA, livraison intracommunautaire", size=9)
    s.put(18, 256, f"Vencimiento (Échéance): {s.day(f.due)} - IBAN ES21 9999 0418 4502 0005 1332", size=9)


@layout(
    "maritime", MEASURE, Trade(
        names=("{} Shipping", "Consignation {}", "{} Marine"), goods="transport", numbers=("{:06d}/26", "SHP{:06d}"),
        lines=(2, 5),
    ), Look(font="Vera", size=8, sirets=("joined", "nbsp"), amounts=("space-point-eur", "point"), dates=("iso", "dots"),
            colon=":", degree="º"),
    "language:english", "language:bilingual", "supplier:in-footer", "trap:delivery-address", "trap:due-date",
    "supplier:right", credit=5,
)  # fmt: skip
def maritime(s: Sheet, f: Facts) -> None:
    """English first: the title with the number, two rows of small labels over values, French underneath in grey."""
    s.line(14, 22, "Credit note No {number}" if f.credit else "Invoice No {number}", size=17)
    s.put(196, 20, f.supplier.name, bold=True, align="r", size=11)
    s.put(196, 25, f.supplier.town, align="r")
    row = ((14, "Invoice date", "Date d'émission", "@date"), (60, "Your order No", "N° de commande", "@ej"),
           (106, "Department", "Service exécutant", "@service"), (152, "Contract", "N° de marché",
           "@contract"))  # fmt: skip
    for x, english, french, spec in row:
        s.name(x, 36, english, bold=True, size=7.5)
        s.name(x, 40, french, size=6.5, grey=0.45)
        if not s.value(x, 45.5, spec):
            s.traits.add("place:empty-cell")
    s.traits |= {"place:header-row", "place:below"}
    s.rule(14, 49, 196)
    s.name(14, 56, "Bill to / Adresse de facturation", size=7, grey=0.4)
    s.block(14, 61, recipient(f))
    s.line(14, 76, "SIRET {siret}")
    s.name(110, 56, "Deliver to / Adresse de livraison", size=7, grey=0.4)
    s.block(110, 61, ["Capitainerie", "Quai de l'Engagement 4", "99640 Lesquerde-Plage"], first=False)
    columns = [
        ("Item / Désignation", 14, 90, "l"),
        ("Qty", 104, 16, "r"),
        ("Unit price", 120, 36, "r"),
        ("Amount", 156, 40, "r"),
    ]
    y = s.rows(84, columns, plain_rows(s), leading=7, dark=True)
    y = totals(s, 112, y + 8, 195, [("Subtotal excl. VAT / Total HT", "@ht"), ("VAT 20% / TVA", "@tva"),
                                    ("Grand total / Total TTC", "@ttc")])  # fmt: skip
    s.put(14, y + 10, f"Please pay before {s.day(f.due)} / À payer avant le {s.day(f.due)}", size=7.5)
    s.rule(14, 276, 196)
    legal(s, 280, "[name] [form] - [id] - [rcs] - VAT [vat]")
    legal(s, 284, "[street], [town] - [mail] - IBAN [iban]")


@layout(
    "flamand", TUNE, Trade(
        names=("Drukkerij {}", "{} Kantoor"), goods="office", numbers=("VF26/{:05d}", "2026{:05d}"), rates=("0",),
        country="BE", lines=(2, 5),
    ), Look(font="Vera", size=8.5, sirets=("spaces", "joined"), amounts=("euro-before", "dot-eur"),
            dates=("slashes", "dashes-yy"), colon=" :"),
    "language:bilingual", "supplier:left", "supplier:no-vat", "trap:due-date", "trap:order-date", credit=6,
)  # fmt: skip
def flemish(s: Sheet, f: Facts) -> None:
    """A Belgian firm: French and Dutch labels above values in drawers, a structured reference of twelve digits."""
    s.put(16, 22, f.supplier.name, size=15, bold=True)
    s.put(16, 28, f"{f.supplier.street}, B-{f.supplier.town} - BTW/TVA {f.supplier.vat}")
    s.put(194, 22, "AVOIR / CREDITNOTA" if f.credit else "FACTURE / FACTUUR", size=12, align="r")
    s.block(112, 42, recipient(f), leading=5, width=82)
    s.line(112, 60, "SIRET : {siret}")
    for place, (label, spec) in enumerate((
        ("N° facture / Factuurnr.", "@number"), ("Date / Datum", "@date"), ("Échéance / Vervaldag", s.day(f.due)),
        ("Votre réf. / Uw ref.", "@ej"), ("Service / Dienst", "@service"), ("Contrat / Contract", "@contract"),
    )):  # fmt: skip
        s.cell(16 + 30 * (place % 3), 40 + 13 * (place // 3), 30, 13, label, spec)
    s.put(16, 74, f"Commande reçue le / Bestelling van {s.day(f.ordered)}")
    columns = [("Article / Artikel", 16, 84, "l"), ("Qté / Aantal", 100, 24, "r"), ("Prix / Prijs", 124, 34, "r"),
               ("Total / Totaal", 158, 36, "r")]  # fmt: skip
    y = s.rows(82, columns, plain_rows(s), leading=7, ruled=True)
    y = totals(s, 110, y + 9, 193, [("Total HTVA / Totaal excl. btw", "@ht"), ("À payer / Te betalen", "@ttc")], 7)
    s.put(16, y + 8, "Livraison intracommunautaire, exonérée de TVA / Intracommunautaire levering")
    s.put(16, y + 14, f"Communication structurée : +++090/{f.number[-4:]}/55493+++", bold=True)
    s.put(
        16, 280, "IBAN BE02 9999 0417 7330 - RPM/RPR Waterlo - Conditions au verso / Voorwaarden op keerzijde", size=7
    )
