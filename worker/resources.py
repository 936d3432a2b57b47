"""The texts that ship with the rules: the default policy and the sentences."""

from functools import lru_cache
from importlib.resources import files
from pathlib import Path

from rules import policy, sentences
from rules.policy import Policy, PolicyError
from rules.sentences import Sentences
from worker.errors import ConfigurationError


@lru_cache(maxsize=4)
def load_sentences(language: str) -> Sentences:
    """The sentences of a language, `fr` or `en`."""
    return sentences.load(files("rules").joinpath("reasons", f"{language}.toml").read_text(encoding="utf-8"))


def load_policy(path: Path | None = None) -> Policy:
    """The default policy, with a body's own over it. Raises `ConfigurationError` with every fault of the file."""
    default = files("rules").joinpath("policies", "default.toml").read_text(encoding="utf-8")
    try:
        return policy.load(default, None if path is None else path.read_text(encoding="utf-8"))
    except PolicyError as error:
        faults = "".join(f"\n  {fault}" for fault in error.faults)
        raise ConfigurationError(f"the policy {path} cannot be used; correct it:{faults}") from None
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"the policy {path} cannot be read: {error}") from None
