"""TLS to the broker and the database with a private CA: it works with the right files, and nothing else passes."""

import socket
import ssl
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization as pem
from dramatiq.errors import ConnectionClosed
from pika.exceptions import AMQPError
from sqlalchemy import text

from tests.invoices import numbered
from tests.running import Place, eventually, place
from tests.services.local import HOST, free_port, listens, wait_until
from tests.services.postgres import PostgreSQL, unprivileged
from tests.services.rabbitmq import RabbitMQ
from tests.services.tls import Authority
from worker.errors import ConfigurationError, TransientError
from worker.queueing.broker import SafeBroker
from worker.queueing.connection import channel, connect, parameters
from worker.queueing.tls import Tls
from worker.store import schema
from worker.store.availability import database_faults
from worker.store.engine import open_engine

NAME = "localhost"  # the servers' certificates are for this name and for no address


@pytest.fixture(scope="module")
def authority() -> Iterator[Authority]:
    """The CA that we trust."""
    with Authority() as made:
        yield made


@pytest.fixture(scope="module")
def stranger() -> Iterator[Authority]:
    """A CA that we do not trust."""
    with Authority() as made:
        yield made


def _broker(authority: Authority, port: int, *, asks: bool) -> RabbitMQ:
    certificate, key = authority.certificate("broker", NAME)
    return RabbitMQ(
        f"listeners.ssl.1 = {HOST}:{port}\nssl_options.cacertfile = {authority.file}\n"
        f"ssl_options.certfile = {certificate}\nssl_options.keyfile = {key}\nssl_options.verify = verify_peer\n"
        f"ssl_options.fail_if_no_peer_cert = {'true' if asks else 'false'}"
    )


@pytest.fixture(scope="module")
def broker_port(authority: Authority) -> Iterator[int]:
    """The TLS port of a broker that asks nobody for a certificate."""
    port = free_port()
    with _broker(authority, port, asks=False):
        assert wait_until(lambda: listens(port), 10)
        yield port


@pytest.fixture(scope="module")
def tls_postgres(authority: Authority) -> Iterator[PostgreSQL]:
    """A PostgreSQL that speaks TLS."""
    certificate, key = authority.certificate("database", NAME, owner=unprivileged())
    with PostgreSQL(f"ssl = on\nssl_cert_file = '{certificate}'\nssl_key_file = '{key}'") as server:
        yield server


def _amqps(port: int, host: str = NAME, scheme: str = "amqps") -> str:
    return f"{scheme}://guest:guest@{host}:{port}/%2F?connection_attempts=1&retry_delay=0"


def _database(server: PostgreSQL, host: str, root: Path) -> str:
    url = server.fresh_database().replace(HOST, host)
    return f"{url}?sslmode=verify-full&sslrootcert={root}"


def test_the_broker_with_its_ca(authority: Authority, broker_port: int) -> None:
    """With the file of the CA the connection is encrypted, by TLS 1.2 at least."""
    connection = connect(parameters(_amqps(broker_port), Tls(authority.file)))
    used = connection._impl._transport._sock
    assert used.version() in {"TLSv1.2", "TLSv1.3"}
    assert used.context.verify_mode is ssl.CERT_REQUIRED
    assert used.context.check_hostname
    connection.close()


@pytest.mark.parametrize(
    ("host", "trusts", "says"),
    [
        (NAME, "stranger", "not trusted .*AIGUILLEUR_BROKER_CA"),
        (NAME, "system", "not trusted .*AIGUILLEUR_BROKER_CA"),
        (HOST, "authority", f"not for {HOST}: give the broker's URL a name"),
    ],
)
def test_another_broker_is_refused(
    request: pytest.FixtureRequest, broker_port: int, host: str, trusts: str, says: str
) -> None:
    """A certificate of another CA or for another name is refused, and the error says what to do."""
    trusted = Tls() if trusts == "system" else Tls(request.getfixturevalue(trusts).file)
    given = parameters(_amqps(broker_port, host), trusted)
    with pytest.raises(AMQPError, match=says):
        connect(given)
    with pytest.raises(TransientError, match=says), channel(given):
        pass
    with pytest.raises(ConnectionClosed, match=says):
        SafeBroker(given, []).ready("invoices.process")


def test_a_port_without_tls(authority: Authority) -> None:
    """Where the other side speaks no TLS, nothing is sent in clear, and the error names the usual port."""
    heard: list[bytes] = []
    with socket.create_server((HOST, 0)) as server:

        def answer() -> None:
            peer, _ = server.accept()
            with peer:
                heard.append(peer.recv(4096))
                peer.sendall(b"AMQP\x00\x00\x09\x01")

        talking = threading.Thread(target=answer)
        talking.start()
        with pytest.raises(AMQPError, match=r"no TLS on this port .*5671"):
            connect(parameters(_amqps(server.getsockname()[1]), Tls(authority.file)))
        talking.join(10)
    assert heard[0][:1] == b"\x16"  # a TLS handshake
    assert b"guest" not in heard[0]


def test_a_broker_that_asks_who_we_are(authority: Authority, stranger: Authority) -> None:
    """A broker that asks for a certificate takes ours, and refuses none and that of a stranger."""
    ours, key = authority.certificate("worker", "worker.example")
    both = authority.folder / "both.pem"
    both.write_bytes(ours.read_bytes() + key.read_bytes())
    port = free_port()
    with _broker(authority, port, asks=True):
        assert wait_until(lambda: listens(port), 10)
        for tls in (Tls(authority.file, ours, key), Tls(authority.file, both)):
            connect(parameters(_amqps(port), tls)).close()
        for tls in (Tls(authority.file), Tls(authority.file, *stranger.certificate("worker", "worker.example"))):
            with pytest.raises(AMQPError, match="AIGUILLEUR_BROKER_CERTIFICATE"):
                connect(parameters(_amqps(port), tls))


@pytest.mark.parametrize(
    ("scheme", "query", "tls", "says"),
    [
        ("amqps", "", Tls(Path("/nowhere/ca.pem")), "AIGUILLEUR_BROKER_CA: /nowhere/ca.pem cannot be used"),
        ("amqps", "", Tls(Path(__file__)), "AIGUILLEUR_BROKER_CA: .* expected PEM"),
        ("amqps", "", Tls(certificate=Path(__file__)), "AIGUILLEUR_BROKER_CERTIFICATE and AIGUILLEUR_BROKER_KEY: "),
        ("amqps", "", Tls(key=Path(__file__)), "AIGUILLEUR_BROKER_KEY is set without"),
        ("amqp", "", Tls(Path("/nowhere/ca.pem")), "not amqps://, though files for TLS are set"),
        ("amqps", "&ssl_options={'cert_reqs': 0}", Tls(), "ssl_options cannot stand there"),
    ],
)
def test_settings_that_cannot_be_used(scheme: str, query: str, tls: Tls, says: str) -> None:
    """A file that cannot be used is named with its setting before anything is connected; no URL weakens TLS."""
    with pytest.raises(ConfigurationError, match=says):
        parameters(_amqps(5671, scheme=scheme) + query, tls)


def test_a_key_with_a_password_is_refused(authority: Authority) -> None:
    """Nobody is asked for a password at a terminal that a service does not have."""
    certificate, key = authority.certificate("locked", "worker.example")
    locked = pem.load_pem_private_key(key.read_bytes(), None).private_bytes(
        pem.Encoding.PEM, pem.PrivateFormat.PKCS8, pem.BestAvailableEncryption(b"secret")
    )
    key.write_bytes(locked)
    with pytest.raises(ConfigurationError, match="a key without password"):
        parameters(_amqps(5671), Tls(authority.file, certificate, key))


def test_the_database_with_its_ca(authority: Authority, tls_postgres: PostgreSQL) -> None:
    """`sslmode=verify-full` with the file of the CA encrypts the connection."""
    engine = open_engine(_database(tls_postgres, NAME, authority.file))
    with engine.connect() as connection:
        query = text("SELECT version FROM pg_stat_ssl WHERE pid = pg_backend_pid() AND ssl")
        assert connection.scalar(query) in {"TLSv1.2", "TLSv1.3"}
    engine.dispose()


@pytest.mark.parametrize(
    ("host", "trusts", "says"),
    [(NAME, "stranger", "certificate verify failed"), (HOST, "authority", "does not match host name")],
)
def test_another_database_is_refused(
    request: pytest.FixtureRequest, tls_postgres: PostgreSQL, host: str, trusts: str, says: str
) -> None:
    """A certificate of another CA or for another name is refused, and the error says what belongs into the URL."""
    engine = open_engine(_database(tls_postgres, host, request.getfixturevalue(trusts).file))
    with pytest.raises(TransientError, match=rf"{says}.*the CA in sslrootcert"), database_faults(), engine.connect():
        pass
    engine.dispose()


@pytest.fixture
def encrypted(authority: Authority, broker_port: int, tls_postgres: PostgreSQL, tmp_path: Path) -> Iterator[Place]:
    """A place reached by TLS alone."""
    database = _database(tls_postgres, NAME, authority.file)
    broker = _amqps(broker_port)
    with place(broker, database, tmp_path, tls=Tls(authority.file)) as made:
        yield made


def test_the_whole_service_over_tls(encrypted: Place, authority: Authority, stranger: Authority) -> None:
    """Intake, worker, relay and commands work over TLS; with a wrong CA the service waits, `check` says why."""
    served = encrypted.serve()
    served.wait_ready()
    encrypted.send(encrypted.announce(numbered(1), "d-1"))
    eventually(lambda: encrypted.count(schema.decisions) == 1 and encrypted.unfinished() == encrypted.unsent() == 0)
    checked = encrypted.run("check")
    assert (checked.returncode, "(TLS)" in checked.stdout) == (0, True)
    assert encrypted.run("requeue", "d-1").returncode == 0
    assert served.stop() == 0

    wrong = encrypted.run("check", AIGUILLEUR_BROKER_CA=str(stranger.file))
    assert wrong.returncode == 1
    assert "name the file of its CA in AIGUILLEUR_BROKER_CA" in wrong.stdout
    waiting = encrypted.serve(environment=encrypted.environment(AIGUILLEUR_BROKER_CA=str(stranger.file)))
    eventually(lambda: "AIGUILLEUR_BROKER_CA" in waiting.tail(), 40)
    assert waiting.process.poll() is None
    assert waiting.answer("/readyz")[0] == 503
