"""The simulation takes items in the very order in which the queue gives them out."""

from __future__ import annotations

from random import Random

import pytest

from pipeline.backlog import loads, queue
from pipeline.backlog.models import BacklogCourse, BacklogLesson, Item
from pipeline.backlog.nouns import Ended, Lane, Stage, State
from pipeline.backlog.planning import Machine
from pipeline.backlog.simulating import simulate
from pipeline.backlog.speeds import Speed

pytestmark = pytest.mark.django_db
LANGUAGES = ("hi", "ta", "bn")


def add(number: int, chance: Random) -> None:
    """Put in a course of one to three lessons, with its items in the order of adding."""
    languages = sorted(chance.sample(LANGUAGES, chance.randint(1, 3)))
    about = {"lane": chance.choice(list(Lane)), "learners": chance.choice((0, 5, 900))}
    name = f"c{number}"
    course = BacklogCourse.objects.create(slug=name, title=name, languages=languages, **about)
    for position in range(chance.randint(1, 3)):
        lesson = BacklogLesson.objects.create(
            course=course, slug=f"l{position}", title="l", language="en", duration=60_000
        )
        for stage in (Stage.READ, Stage.TRANSCRIBE, Stage.TRANSLATE, Stage.PACKAGE):
            state = State.READY if stage is Stage.READ else State.WAITING
            for language in languages if stage.is_by_language else ("",):
                Item.objects.create(
                    course=course,
                    lesson=lesson,
                    stage=stage,
                    language=language,
                    state=state,
                    **about,
                )


def taken_from_the_queue() -> list[tuple[str, Stage, str]]:
    """Work the queue down with one worker, which takes the next before its result is kept."""
    found = []
    [running] = queue.take(1)
    while running:
        found.append((running.course, running.stage, running.language))
        following = queue.take(1)
        queue.finish(running, Ended(State.DONE))
        running = next(iter(following or queue.take(1)), None)
    return found


@pytest.mark.parametrize("seed", range(4))
def test_the_plan_takes_the_same_items_in_the_same_order_as_the_queue(seed: int) -> None:
    chance = Random(seed)
    for number in range(7):
        add(number, chance)
    load = loads.left()
    planned = []

    simulate(
        load,
        lambda stage, language: Speed(stage, language, "", 0.0, 1.0),
        Machine.of(1),
        watch=lambda _, number, stage, language: planned.append(
            (load.courses[number].slug, stage, language)
        ),
    )

    assert planned == taken_from_the_queue()
    assert len(planned) == Item.objects.count()
