"""The settings: environment variables with the prefix AIGUILLEUR_, read once."""

from pathlib import Path

from pydantic import ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from worker.errors import ConfigurationError


class Settings(BaseSettings):
    """What an operator can set. Every value has a default that works for embedded mode."""

    model_config = SettingsConfigDict(env_prefix="AIGUILLEUR_", extra="ignore", frozen=True)

    data_dir: Path = Path("data")  # everything of embedded mode: database, documents
    policy: Path | None = None  # the body's own policy, laid over the default one
    event_source: str = "/aiguilleur"  # CloudEvents `source`: the same for ever, for consumers deduplicate by it
    check_schemas: bool = True  # report XSD faults as findings


def load() -> Settings:
    """The settings of this process. Raises `ConfigurationError` naming each wrong one."""
    try:
        return Settings()
    except ValidationError as error:
        faults = (f"AIGUILLEUR_{'_'.join(map(str, e['loc'])).upper()}: {e['msg']}" for e in error.errors())
        raise ConfigurationError("; ".join(faults)) from None
