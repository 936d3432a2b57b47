"""What a test made the service count: the difference to what stood in the registry when the test began."""

from prometheus_client import REGISTRY, CollectorRegistry

_Samples = dict[tuple[str, frozenset[tuple[str, str]]], float]


class Recorder:
    """The samples of a registry, counted from a moment on."""

    def __init__(self, registry: CollectorRegistry = REGISTRY) -> None:
        self._registry = registry
        self._before = self._samples()

    def __call__(self, name: str, /, **labels: str) -> float:
        """How much a series has grown; 0 for one that is not there."""
        key = (name, frozenset(labels.items()))
        return self._samples().get(key, 0.0) - self._before.get(key, 0.0)

    def grown(self, name: str) -> dict[tuple[tuple[str, str], ...], float]:
        """Every series of a name that has grown, by its labels."""
        return {
            tuple(sorted(labels)): self(name, **dict(labels))
            for found, labels in self._samples()
            if found == name and self(name, **dict(labels))
        }

    def _samples(self) -> _Samples:
        return {
            (sample.name, frozenset(sample.labels.items())): sample.value
            for family in self._registry.collect()
            for sample in family.samples
        }
