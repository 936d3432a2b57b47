"""The parts of a process that speak with the portal, where its settings are given."""

import datetime as dt
from contextlib import ExitStack

from worker import bootstrap
from worker.intake.chorus_api import ApiIntake, Pace
from worker.intake.receiver import Receiver
from worker.pipeline import Pipeline
from worker.service.parts import Loop, Part
from worker.settings import Settings
from worker.tracing import Tracing

_STEP_SECONDS = 1.0


def portal_parts(
    settings: Settings, resources: ExitStack, pipeline: Pipeline, receiver: Receiver, tracing: Tracing
) -> list[Part]:
    """None without the portal's settings. `resources` keeps the connections. Raises `ConfigurationError`."""
    if not settings.has_portal:
        return []
    client = resources.enter_context(bootstrap.portal(settings))
    parts: list[Part] = []
    if settings.portal_poll_seconds:
        pace = Pace(
            every=settings.portal_poll_seconds,
            overlap=dt.timedelta(hours=settings.portal_overlap_hours),
            first=dt.timedelta(days=settings.portal_first_days),
        )
        intake = ApiIntake(
            client, pipeline.engine, pipeline.documents, receiver, pipeline.clock, pace, tracing=tracing
        )  # fmt: skip
        parts.append(Loop("portal", intake.step, _STEP_SECONDS))
    return parts
