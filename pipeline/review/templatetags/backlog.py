"""Words for the backlog's stages, states, lanes and times: ``{% load backlog %}``."""

from __future__ import annotations

from django import template
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pipeline.backlog.nouns import Lane, Stage, State

register = template.Library()

STAGES = {
    Stage.READ: gettext_lazy("reading"),
    Stage.TRANSCRIBE: gettext_lazy("transcribing"),
    Stage.TRANSLATE: gettext_lazy("translating"),
    Stage.PACKAGE: gettext_lazy("packaging"),
    Stage.REVIEW: gettext_lazy("handing to review"),
}
STATES: dict[State, Promise] = {
    State.WAITING: gettext_lazy("waiting"),
    State.READY: gettext_lazy("ready"),
    State.LATER: gettext_lazy("to try again"),
    State.RUNNING: gettext_lazy("running"),
    State.DONE: gettext_lazy("done"),
    State.FAILED: gettext_lazy("failed"),
    State.HELD: gettext_lazy("held"),
}
LANES = {
    Lane.URGENT: gettext_lazy("urgent"),
    Lane.CAMPAIGN: gettext_lazy("campaign"),
    Lane.NORMAL: gettext_lazy("normal"),
    Lane.BULK: gettext_lazy("bulk"),
}
_BY_LABEL = {stage.label: words for stage, words in STAGES.items()}


@register.filter
def stage_name(stage: int | str) -> str:
    """Return the words for a stage, given by number or label."""
    known = _BY_LABEL.get(stage) if isinstance(stage, str) else STAGES.get(Stage(stage))
    return str(known or stage)


@register.filter
def state_name(state: str) -> str:
    """Return the words for a state."""
    return str(STATES.get(State(state), state))


@register.filter
def lane_name(lane: int) -> str:
    """Return the words for a lane."""
    return str(LANES[Lane(lane)])


@register.filter
def lasting(seconds: float) -> str:
    """Return a length of time in its two largest units."""
    whole = max(0, round(seconds))
    if whole < 120:
        return _("%(s)d s") % {"s": whole}
    if whole < 3600:
        return _("%(min)d min %(s)02d s") % {"min": whole // 60, "s": whole % 60}
    if whole < 2 * 86_400:
        return _("%(h)d h %(min)02d min") % {"h": whole // 3600, "min": whole % 3600 // 60}
    return _("%(days)d days %(h)d h") % {"days": whole // 86_400, "h": whole % 86_400 // 3600}


@register.filter
def share(part: float, whole: float | None = None) -> int:
    """Return a share in whole percent, of `whole` or of 1; never 100 before all of it is there."""
    ratio = part / whole if whole else (0.0 if whole is not None else part)
    return min(100, int(100 * ratio))


@register.filter
def grouped(count: float) -> str:
    """Return a number without decimals, its thousands apart."""
    return f"{round(count):,}"


@register.filter
def gibibytes(count: float) -> float:
    """Return bytes in GiB."""
    return count / (1 << 30)


@register.filter
def at(states: dict[str, int], state: str) -> int:
    """Return how many items are in a state."""
    return states.get(state, 0)
