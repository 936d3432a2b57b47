"""Tokens and accounts (§3.1), media types and malformed requests (§3.2)."""

import datetime as dt

import pytest

from tests.portal.calling import DOWNLOAD, PING, SEARCH, STRUCTURE, World, account, send


def test_token_answers_as_documented(world: World) -> None:
    """§3.1: client credentials give a bearer token of 3600 seconds and the scope openid."""
    got = world.caller.ask_token()
    told = got.json
    assert got.status == 200
    assert told.pop("access_token")
    assert told == {"token_type": "Bearer", "expires_in": 3600, "scope": "openid"}


@pytest.mark.parametrize(
    ("changes", "status", "error"),
    [
        ({"client_secret": "wrong"}, 401, "invalid_client"),
        ({"client_id": "wrong"}, 401, "invalid_client"),
        ({"grant_type": "password"}, 400, "unsupported_grant_type"),
        ({"scope": "email"}, 400, "invalid_scope"),
    ],
)
def test_token_refuses(world: World, changes: dict[str, str], status: int, error: str) -> None:
    """§3.1: whoever is not the client, or asks otherwise, gets no token."""
    got = world.caller.ask_token(**changes)
    assert (got.status, got.json) == (status, {"error": error})


def test_token_wants_a_form(world: World) -> None:
    """§3.1: a token is asked for by a form, not by JSON."""
    assert send(world.server.token_url, b"{}", {"Content-Type": "application/json"}).status == 400


def test_token_without_scope(world: World) -> None:
    """§3.1: one published client sends no scope, and is served."""
    assert world.caller.ask_token(scope="").status == 200


def test_call_with_both_accounts(world: World) -> None:
    """§3.1, §3.2: a call with token and account is answered with codeRetour 0 and a libelle."""
    got = world.caller.post(PING)
    assert (got.status, got.json) == (200, {"codeRetour": 0, "libelle": "TRA_MSG_00.000"})


def test_token_expires(world: World) -> None:
    """§3.1: after 3600 seconds the token is worth nothing, 401; a new one is."""
    assert world.caller.post(PING).status == 200
    world.later(seconds=3599)
    assert world.caller.post(PING).status == 200
    world.later(seconds=1)
    assert world.caller.post(PING).status == 401
    world.caller.bearer = ""
    assert world.caller.post(PING).status == 200


@pytest.mark.parametrize(
    "header",
    ["", account("TECH_1_00001@cpro.fr", "wrong"), account("other@cpro.fr", "fake-password"), "TECH_1_00001@cpro.fr:x"],
    ids=["none", "wrong password", "wrong login", "not base64"],
)
def test_account_is_checked(world: World, header: str) -> None:
    """§3.1: a wrong `cpro-account` is answered 401, though the token is good."""
    got = world.caller.post(PING, cpro_account=header)
    assert got.status == 401
    assert "codeRetour" not in got.json


@pytest.mark.parametrize("header", ["", "Bearer wrong", "Basic abc"])
def test_token_is_checked(world: World, header: str) -> None:
    """§3.1: without a token of this portal, 401."""
    assert world.caller.post(PING, Authorization=header).status == 401


def test_not_subscribed(world: World) -> None:
    """§3.1: terms are accepted family by family; another family is answered 403."""
    world.portal.subscriptions.discard("factures")
    assert world.caller.found().status == 403
    assert world.caller.post(PING).status == 200


def test_password_expires(world: World) -> None:
    """§3.1: the technical account lasts 424 days, its structure tells until when, then every call is a 401."""
    told = world.caller.post(STRUCTURE, {"idStructureCPP": world.structure.id}).json
    expiry = dt.datetime.fromisoformat(told["informationGenerales"]["dateExpirationMotPasseCompteTech"])
    assert expiry - world.portal.clock.now() == dt.timedelta(days=424)
    world.later(days=424)
    world.caller.bearer = ""
    assert world.caller.post(PING).status == 401


def test_only_post(world: World) -> None:
    """§3.1: every call is a POST."""
    got = send(world.server.api_url + PING, b"", {}, method="GET")
    assert (got.status, got.headers["Allow"]) == (405, "POST")


@pytest.mark.parametrize("media_type", ["text/plain", "application/json;charset=iso-8859-1", ""])
def test_media_type(world: World, media_type: str) -> None:
    """§3.1, §3.2: JSON in UTF-8, or 415."""
    assert world.caller.post(PING, Content_Type=media_type).status == 415


@pytest.mark.parametrize("path", ["factures/v1/rechercher/atraiter/recipiendaire", "factures/v2/traiter/recue"])
def test_unknown_route(world: World, path: str) -> None:
    """§3.2: what no document names is a 404."""
    assert world.caller.post(path).status == 404


@pytest.mark.parametrize("raw", [b"", b"[]", b"{", b"null"])
def test_body_is_an_object(world: World, raw: bytes) -> None:
    """§3.2: what is no JSON object is a functional error, 400 with codeRetour and libelle."""
    got = world.caller.post(SEARCH, raw=raw)
    assert got.status == 400
    assert set(got.json) == {"codeRetour", "libelle"}


@pytest.mark.parametrize(
    ("path", "body", "named"),
    [
        (SEARCH, {}, "typeDemandePaiement"),
        (SEARCH, {"typeDemandePaiement": "AVOIR"}, "typeDemandePaiement"),
        (SEARCH, {"typeDemandePaiement": "FACTURE", "idDestinatire": 1}, "idDestinatire"),
        (SEARCH, {"typeDemandePaiement": "FACTURE", "idDestinataire": "1"}, "idDestinataire"),
        (SEARCH, {"typeDemandePaiement": "FACTURE", "periodeDateDepotDu": "24/11/2026"}, "periodeDateDepotDu"),
        (
            SEARCH,
            {"typeDemandePaiement": "FACTURE", "paramRecherche": {"pageResultatDemandee": 0}},
            "paramRecherche.pageResultatDemandee",
        ),
        (
            SEARCH,
            {"typeDemandePaiement": "FACTURE", "paramRecherche": {"triSens": "ASC"}},
            "paramRecherche.triSens",
        ),
        (DOWNLOAD, {"listeFacture": [1221], "format": "PIVOT"}, "listeFacture"),
        (DOWNLOAD, {"listeFacture": [], "format": "PIVOT"}, "listeFacture"),
        (DOWNLOAD, {"listeFacture": [{"idFacture": 1}], "format": "pivot"}, "format"),
    ],
)
def test_strict(world: World, path: str, body: dict[str, object], named: str) -> None:
    """A request that the documents do not describe is refused, and the answer names the field (our strictness)."""
    got = world.caller.post(path, body)
    assert got.status == 400
    assert named in got.json["libelle"]


def test_secrets_stay_out_of_the_ledger(world: World) -> None:
    """The ledger tells every request, and no secret."""
    world.caller.post(PING)
    asked = world.portal.ledger.asked
    assert [(one.path, one.status) for one in asked] == [("/api/oauth/token", 200), (f"/cpro/{PING}", 200)]
    assert "fake-secret" not in repr(world.portal.ledger)
    assert world.portal.ledger.tokens == 1
