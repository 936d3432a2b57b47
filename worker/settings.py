"""The settings: environment variables with the prefix AIGUILLEUR_, read once.

A secret may stand in a file instead (`AIGUILLEUR_DATABASE_URL_FILE`), as systemd and container platforms hand it over.
"""

from pathlib import Path
from typing import Annotated, Any, NamedTuple, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, AliasChoices, Field, SecretStr, ValidationError, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from worker.errors import ConfigurationError

_PREFIX = "AIGUILLEUR_"
_LARGEST_PORT = 65535
_ESCAPES = "in a user's name or password, @ : / ? # % are written %40 %3A %2F %3F %23 %25"
_NO_LOGIN = "credentials cannot stand here; boto3 reads them from AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"


class Address(NamedTuple):
    """Where a server listens."""

    host: str
    port: int


def _address(value: str) -> str:
    host, separator, port = value.rpartition(":")
    if not (host and separator and port.isascii() and port.isdigit() and int(port) <= _LARGEST_PORT):
        raise ValueError("expected host:port, such as 127.0.0.1:9464")
    return value


def _escaped(url: str) -> None:
    """Refuse a URL whose password cuts it in two: what follows would be taken for a host, which errors name."""
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:  # its text quotes the URL
        parts = None
    if parts is None or "@" in parts.netloc.rpartition("@")[0] or url.count("@") != parts.netloc.count("@"):
        raise ValueError(f"{_ESCAPES}, and a port is a number")


def _database_url(value: SecretStr) -> SecretStr:
    url = value.get_secret_value()
    if not url.startswith(("postgresql://", "postgresql+psycopg://", "postgres://", "sqlite:///")):
        raise ValueError("expected postgresql://user:password@host/database")
    if not url.startswith("sqlite:"):
        _escaped(url)
    return value


def _broker_url(value: SecretStr) -> SecretStr:
    url = value.get_secret_value()
    if not url.startswith(("amqp://", "amqps://")):
        raise ValueError("expected amqp://user:password@host/virtual-host, or amqps://")
    _escaped(url)
    return value


def _documents_url(value: str) -> str:
    if not value.startswith(("file:/", "s3://")):
        raise ValueError("expected file:/path or s3://bucket/prefix")
    if value.startswith("s3:") and "@" in value:
        raise ValueError(_NO_LOGIN)
    return value


def _endpoint(value: str) -> str:
    if "@" in value:
        raise ValueError(_NO_LOGIN)
    return value


def _portal_url(value: str) -> str:
    parts = urlsplit(value)
    is_own = parts.hostname in {"127.0.0.1", "::1", "localhost"}
    if not parts.hostname or not (parts.scheme == "https" or (parts.scheme == "http" and is_own)):
        raise ValueError("expected https://host/path; credentials go there")
    if parts.username or parts.password or parts.query or parts.fragment:
        raise ValueError("expected https://host/path and nothing more")
    return value


class Settings(BaseSettings):
    """What an operator can set. Every value has a default that works for embedded mode."""

    model_config = SettingsConfigDict(
        env_prefix=_PREFIX, extra="ignore", frozen=True, hide_input_in_errors=True, env_ignore_empty=True
    )

    data_dir: Path = Path("data")  # everything of embedded mode: database, documents
    policy: Path | None = None  # the body's own policy, laid over the default one
    event_source: str = "/aiguilleur"  # CloudEvents `source`: the same for ever, for consumers deduplicate by it
    check_schemas: bool = True  # report XSD faults as findings
    check_pages: bool = True  # compare the visible page of a PDF with the data behind it
    ocr: bool = True  # read scans, where Tesseract is installed

    # the service on RabbitMQ and PostgreSQL
    database_url: Annotated[SecretStr, AfterValidator(_database_url)] | None = None
    database_url_file: Path | None = None
    migrate_url: Annotated[SecretStr, AfterValidator(_database_url)] | None = None  # as the owner of the tables
    migrate_url_file: Path | None = None
    broker_url: Annotated[SecretStr, AfterValidator(_broker_url)] | None = None
    broker_url_file: Path | None = None
    broker_ca: Path | None = None  # PEM; who signs the broker's certificate (amqps://), if not a CA of the system
    broker_certificate: Path | None = None  # PEM; ours, where the broker asks for one
    broker_key: Path | None = None  # PEM, without password; if not in the file of the certificate
    documents_url: Annotated[str, AfterValidator(_documents_url)] | None = None
    s3_endpoint: Annotated[str, AfterValidator(_endpoint)] | None = None  # of an S3 that is not Amazon's
    metrics_address: Annotated[str, AfterValidator(_address)] = "127.0.0.1:9464"  # /healthz, /readyz, /metrics

    stuck_minutes: float = Field(default=5, gt=0)  # after which a delivery that is not finished is queued again
    sweep_seconds: float = Field(default=30, gt=0)  # between two looks for such deliveries, and for invoices that wait

    pdf_processes: int = Field(default=2, ge=1, le=64)  # that read PDFs, for each process of the service
    pdf_seconds: float = Field(default=30, gt=0)  # after which a reader is stopped and the document quarantined
    pdf_cpu_seconds: int = Field(default=4, ge=1)  # of processor time for one document in all, OCR too
    pdf_memory: int = Field(default=640, ge=256)  # MiB of address space for each reader
    pdf_documents: int = Field(default=500, ge=1)  # after which a reader is replaced; 1: a new process for each PDF

    # Chorus Pro's API over PISTE: invoices are fetched where it is set
    portal_url: Annotated[str, AfterValidator(_portal_url)] | None = None  # https://api.piste.gouv.fr/cpro/
    portal_token_url: Annotated[str, AfterValidator(_portal_url)] | None = None
    portal_client_id: str | None = None  # of the application on PISTE
    portal_client_secret: SecretStr | None = None
    portal_client_secret_file: Path | None = None
    portal_account: str | None = None  # the structure's technical account, TECH_1_…@cpro.fr
    portal_password: SecretStr | None = None
    portal_password_file: Path | None = None
    portal_rate: float = Field(default=5, ge=0)  # calls a second; 0 lifts the limit
    portal_timeout_seconds: float = Field(default=60, gt=0)  # of one call
    portal_poll_seconds: float = Field(default=600, ge=0)  # between two searches; 0: invoices come another way
    portal_overlap_hours: float = Field(default=24, ge=1)  # that a search reaches back before the latest complete one
    portal_first_days: int = Field(default=7, ge=1)  # that the very first search reaches back
    portal_reconcile_hours: float = Field(default=6, gt=0)  # between two proofs that nothing is missing
    portal_reconcile_days: int = Field(default=30, ge=1)  # that a proof reaches back

    edi_dir: Path | None = None  # where the transfer software leaves the flows of Chorus Pro

    # the switch of tracing, by the names of OpenTelemetry; its SDK reads the others
    otel_endpoint: str | None = Field(
        default=None,
        validation_alias=AliasChoices("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT"),
    )
    otel_protocol: str | None = Field(
        default=None,
        validation_alias=AliasChoices("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "OTEL_EXPORTER_OTLP_PROTOCOL"),
    )
    otel_exporter: str = Field(default="otlp", validation_alias="OTEL_TRACES_EXPORTER")
    otel_disabled: str = Field(default="false", validation_alias="OTEL_SDK_DISABLED")

    # embedded mode as a service
    drop_dir: Path | None = None  # watched for deliveries
    events_dir: Path | None = None  # one file for each event; without it, events go to standard output
    reference_dir: Path | None = None  # imported at start, and when it changes

    @model_validator(mode="before")
    @classmethod
    def _read_secret_files(cls, values: Any) -> Any:
        """Put the content of each `…_file` in the place of its setting."""
        for name in ("database_url", "migrate_url", "broker_url", "portal_client_secret", "portal_password"):
            file = values.get(f"{name}_file")
            if not file:
                continue
            if values.get(name):
                raise ValueError(f"{_env(name)} and {_env(name)}_FILE are both set; keep one")
            try:
                values = values | {name: Path(file).read_text(encoding="utf-8").strip()}
            except (OSError, UnicodeDecodeError) as error:
                raise ValueError(f"{_env(name)}_FILE cannot be read: {type(error).__name__}") from None
        return values

    @model_validator(mode="after")
    def _use_plain_folders(self) -> Self:
        if self.edi_dir and self.drop_dir and self.edi_dir.absolute() == self.drop_dir.absolute():
            raise ValueError(f"{_env('edi_dir')} and {_env('drop_dir')} are the same folder")
        if self.drop_dir and self.events_dir and self.drop_dir.absolute() == self.events_dir.absolute():
            raise ValueError(f"{_env('drop_dir')} and {_env('events_dir')} are the same folder")
        return self

    @property
    def listen(self) -> Address:
        """Where health and metrics are served."""
        host, _, port = self.metrics_address.rpartition(":")
        return Address(host.strip("[]"), int(port))

    @property
    def wants_traces(self) -> bool:
        """Whether traces are sent."""
        is_off = self.otel_disabled.strip().lower() == "true" or self.otel_exporter != "otlp"
        return self.otel_endpoint is not None and not is_off

    @property
    def has_portal(self) -> bool:
        """Whether Chorus Pro's API is used."""
        return self.portal_url is not None

    def needed(self, *names: str, instead: str = " (or use serve --embedded)") -> list[str]:
        """The values of settings that have to be given. Raises `ConfigurationError` naming all that are not."""
        missing = [_env(name) for name in names if getattr(self, name) is None]
        if missing:
            raise ConfigurationError(f"not set: {', '.join(missing)}{instead}")
        return [_plain(getattr(self, name)) for name in names]


def load() -> Settings:
    """The settings of this process. Raises `ConfigurationError` naming each wrong one."""
    try:
        return Settings()
    except ValidationError as error:
        faults = (_told(e["loc"], e["msg"].removeprefix("Value error, ")) for e in error.errors(include_input=False))
        raise ConfigurationError("; ".join(faults)) from None


def _told(place: tuple[int | str, ...], message: str) -> str:
    return f"{_env('_'.join(map(str, place)))}: {message}" if place else message


def _env(name: str) -> str:
    return f"{_PREFIX}{name.upper()}"


def _plain(value: SecretStr | str) -> str:
    return value.get_secret_value() if isinstance(value, SecretStr) else value
