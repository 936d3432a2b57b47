"""The settings: what is accepted, what is refused and how it is said, and that no password is ever shown."""

from pathlib import Path

import pytest

from worker.errors import ConfigurationError
from worker.settings import load

SECRET = "hunter2"


@pytest.fixture(autouse=True)
def _clean(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DATABASE_URL", "BROKER_URL", "DOCUMENTS_URL", "METRICS_ADDRESS", "DROP_DIR", "EVENTS_DIR"):
        monkeypatch.delenv(f"AIGUILLEUR_{name}", raising=False)
        monkeypatch.delenv(f"AIGUILLEUR_{name}_FILE", raising=False)


def test_nothing_is_needed_for_embedded_mode() -> None:
    """Every setting has a default."""
    assert load().listen == ("127.0.0.1", 9464)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DATABASE_URL", f"mysql://u:{SECRET}@h/d"),
        ("DATABASE_URL", SECRET),
        ("BROKER_URL", f"http://u:{SECRET}@h"),
        ("DOCUMENTS_URL", "/a/path"),
        ("METRICS_ADDRESS", "9464"),
        ("METRICS_ADDRESS", "localhost:99999"),
        ("CHECK_SCHEMAS", "perhaps"),
    ],
)
def test_a_wrong_setting_is_named_and_not_quoted(name: str, value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The error names the variable; its value, which may be a secret, is not in it."""
    monkeypatch.setenv(f"AIGUILLEUR_{name}", value)
    with pytest.raises(ConfigurationError) as error:
        load()
    assert str(error.value).startswith(f"AIGUILLEUR_{name}: ")
    assert SECRET not in str(error.value)


def test_secrets_come_from_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A URL may stand in a file, with a line break at its end."""
    (tmp_path / "url").write_text(f"amqp://u:{SECRET}@h/v\n", encoding="utf-8")
    monkeypatch.setenv("AIGUILLEUR_BROKER_URL_FILE", str(tmp_path / "url"))
    assert load().needed("broker_url") == [f"amqp://u:{SECRET}@h/v"]


def test_a_secret_given_twice_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The value and the file together are a mistake."""
    (tmp_path / "url").write_text("amqp://h", encoding="utf-8")
    monkeypatch.setenv("AIGUILLEUR_BROKER_URL_FILE", str(tmp_path / "url"))
    monkeypatch.setenv("AIGUILLEUR_BROKER_URL", "amqp://h")
    with pytest.raises(ConfigurationError, match="AIGUILLEUR_BROKER_URL and AIGUILLEUR_BROKER_URL_FILE are both set"):
        load()


def test_a_secret_file_that_is_missing_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """The variable of the file is named."""
    monkeypatch.setenv("AIGUILLEUR_DATABASE_URL_FILE", "/nowhere")
    with pytest.raises(ConfigurationError, match="AIGUILLEUR_DATABASE_URL_FILE cannot be read"):
        load()


def test_what_is_missing_is_named_at_once() -> None:
    """All settings that the service needs and does not have are in one error."""
    with pytest.raises(ConfigurationError, match="AIGUILLEUR_DATABASE_URL, AIGUILLEUR_BROKER_URL"):
        load().needed("database_url", "broker_url")


def test_passwords_are_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    """The settings print without their secrets."""
    monkeypatch.setenv("AIGUILLEUR_BROKER_URL", f"amqp://u:{SECRET}@h/v")
    monkeypatch.setenv("AIGUILLEUR_DATABASE_URL", f"postgresql://u:{SECRET}@h/d")
    assert SECRET not in repr(load())


@pytest.mark.parametrize("url", ["http://api.piste.gouv.fr/cpro/", "https://u:p@host/", "https://host/?a=1", "host"])
def test_credentials_go_to_a_protected_address_only(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The portal is spoken to over https, or on this machine."""
    monkeypatch.setenv("AIGUILLEUR_PORTAL_URL", url)
    with pytest.raises(ConfigurationError, match="AIGUILLEUR_PORTAL_URL"):
        load()


def test_the_secrets_of_the_portal_stand_in_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """They are read, and a repr of the settings does not show them."""
    for name in ("CLIENT_SECRET", "PASSWORD"):
        file = tmp_path / name
        file.write_text(f"own-{name}\n", encoding="utf-8")
        monkeypatch.setenv(f"AIGUILLEUR_PORTAL_{name}_FILE", str(file))
    monkeypatch.setenv("AIGUILLEUR_PORTAL_URL", "http://127.0.0.1:8765/cpro/")
    settings = load()
    assert settings.needed("portal_client_secret", "portal_password") == ["own-CLIENT_SECRET", "own-PASSWORD"]
    assert "own-" not in repr(settings)
