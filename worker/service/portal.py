"""The parts of a process that speak with the portal, where its settings are given."""

import datetime as dt
from contextlib import ExitStack

from worker import bootstrap
from worker.intake.chorus_api import ApiIntake, Pace
from worker.intake.proof import Reconciler, Schedule
from worker.intake.receiver import Receiver
from worker.pipeline import Pipeline
from worker.sending import Sender
from worker.service.parts import Loop, Part
from worker.settings import Settings
from worker.tracing import Tracing

_STEP_SECONDS, _PROOF_SECONDS, _SENDING_SECONDS = 1.0, 10.0, 30.0


def portal_parts(
    settings: Settings, resources: ExitStack, pipeline: Pipeline, receiver: Receiver, tracing: Tracing
) -> list[Part]:
    """None without the portal's settings. `resources` keeps the connections. Raises `ConfigurationError`."""
    if not settings.has_portal:
        return []
    client = resources.enter_context(bootstrap.portal(settings))
    engine, clock = pipeline.engine, pipeline.clock
    first = dt.timedelta(days=settings.portal_first_days)
    pace = Pace(
        every=settings.portal_poll_seconds, overlap=dt.timedelta(hours=settings.portal_overlap_hours), first=first
    )
    intake = ApiIntake(client, engine, pipeline.documents, receiver, clock, pace, tracing=tracing)
    fetches = settings.portal_poll_seconds > 0  # else invoices come another way, and the portal only proves
    schedule = Schedule(
        Reconciler(client, engine, clock, intake.take if fetches else None),
        engine,
        clock,
        every=dt.timedelta(hours=settings.portal_reconcile_hours),
        days=dt.timedelta(days=settings.portal_reconcile_days),
        before_first=first,
        is_ready=lambda: intake.has_caught_up or not fetches,
    )
    proves = Loop("reconcile", lambda _: schedule.step(), _PROOF_SECONDS)
    sender = Sender(client, engine, clock, pipeline.policy, pipeline.fr)
    sends = Loop("portal-status", lambda _: sender.send_automatic(), _SENDING_SECONDS)
    return [*([Loop("portal", intake.step, _STEP_SECONDS)] if fetches else []), proves, sends]
