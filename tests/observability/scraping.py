"""The example configuration of Prometheus, made to scrape a service and a broker of the tests."""

from collections.abc import Sequence
from pathlib import Path

import yaml

from tests.observability.deployed import PROMETHEUS, RULES, loaded
from tests.running import Served, eventually
from tests.services.local import HOST
from tests.services.rabbitmq import RabbitMQ

_EVERY = "2s"


def ports_of(served: Served, processes: int) -> list[int]:
    """The ports on which the processes of a service tell their metrics, once all have started."""
    eventually(lambda: len(served.logged("service_started")) == processes)
    return [line["port"] for line in served.logged("service_started")]


def configuration(folder: Path, ports: Sequence[int], rabbitmq: RabbitMQ, vhost: str) -> str:
    """The configuration as deployed, with other addresses and without patience. The rules are copied to a folder."""
    content = loaded(PROMETHEUS)
    content["global"] |= {"scrape_interval": _EVERY, "scrape_timeout": _EVERY, "evaluation_interval": _EVERY}
    del content["alerting"]
    content["rule_files"] = [str(_impatient(file, folder)) for file in RULES]
    broker = rabbitmq.prometheus_url.removeprefix("http://").removesuffix("/metrics")
    for job in content["scrape_configs"]:
        is_ours = job["job_name"] == "aiguilleur"
        job["static_configs"] = [{"targets": [f"{HOST}:{port}" for port in ports] if is_ours else [broker]}]
        if "params" in job:
            job["params"]["vhost"] = [vhost]
    return yaml.safe_dump(content)


def _impatient(file: Path, folder: Path) -> Path:
    """The same rules, all of them at the interval of the configuration."""
    content = loaded(file)
    for group in content["groups"]:
        group.pop("interval", None)
    folder.mkdir(exist_ok=True)
    copy = folder / file.name
    copy.write_text(yaml.safe_dump(content), encoding="utf-8")
    return copy
