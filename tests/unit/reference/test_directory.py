"""Chorus Pro's public directory in the place of our own files (CHORUS 5.3)."""

import pytest

from rules.model import Recipient, Service
from tests.unit.reference.folders import SCHOOL, TOWN, read, write

STRUCTURES = (
    "TypeIdentifiant;Identifiant;RaisonSociale;EmetteurEdi;RecepteurEdi;GestionStatutMiseEnPaiement;GestionEngagement;"
    "GestionService;GestionServiceEngagement;EstMOA;EstMOAUniquement;StructureActive;Adresse;ComplementAdresse1;"
    "ComplementAdresse2;CodePostal;Ville;NumTelephone;Courriel;CodePays;LibellePays\n"
    f"1;{TOWN};Town;false;true;false;true;true;false;false;false;true;Rue;;;60200;Compiègne;;;FR;France\n"
    f"1;{SCHOOL};School;false;true;false;false;false;true;false;false;false;Rue;;;60200;Compiègne;;;FR;France\n"
    "no;1;Nobody;false;true;false;false;false;true;false;false;false;Rue;;;1000;Bruxelles;;;BE;Belgique\n"
    "2;BE0999001218;Abroad;false;true;false;false;false;true;false;false;false;Rue;;;1000;Bruxelles;;;BE;Belgique\n"
)
DIRECTORY_SERVICES = (
    "{id}Identifiant;RaisonSociale;Code;Nom;GestionEGMT;ServiceActif;Adresse;ComplementAdresse1;ComplementAdresse2;"
    "CodePostal;Ville;NumTelephone;Courriel;CodePays;LibellePays\n"
    "{n}{town};Town;061;Roads;true;true;;;;60200;Compiègne;;;FR;France\n"
    "{n};Unnamed;;;maybe;true;;;;46000;Cahors;;;FR;France\n"
    "{n}22460001500511;Elsewhere;;;maybe;true;;;;46000;Cahors;;;FR;France\n"
    "{n}{town};Town;047;Parks;false;false;;;;60200;Compiègne;;;FR;France\n"
)


@pytest.mark.parametrize(("column", "cell"), [("", ""), ("idService;", "7;")])
def test_the_public_directory_is_read(tmp_path, column, cell):
    """Structures serve as recipients, services of other structures are left out and counted (CHORUS 5.3)."""
    services = DIRECTORY_SERVICES.format(id=column, n=cell, town=TOWN)
    log, rows = read(write(tmp_path, {"recipients.csv": STRUCTURES, "services.csv": services}))
    assert log.faults == ()
    assert rows["recipients"] == [
        Recipient(siret=TOWN, name="Town", service_required=True, commitment_required=True),
        Recipient(siret=SCHOOL, name="School", active=False, service_or_commitment_required=True),
    ]
    assert rows["services"] == [
        Service(recipient_siret=TOWN, code="061", name="Roads", commitment_required=True),
        Service(recipient_siret=TOWN, code="047", name="Parks", active=False, commitment_required=False),
    ]
    remarks = [str(notice) for notice in log.notices]
    assert any("not identified by a SIRET" in remark for remark in remarks)
    assert any("line 3: services of structures that are not in recipients.csv" in remark for remark in remarks)


def test_faults_of_the_directory_carry_its_own_column_names(tmp_path):
    """Who reads a fault finds the column under the name that the file gives it."""
    log, _ = read(write(tmp_path, {"recipients.csv": STRUCTURES.replace(";true;Rue", ";yes;Rue")}))
    assert [fault[:3] for fault in log.faults] == [("recipients.csv", 2, "StructureActive")]
