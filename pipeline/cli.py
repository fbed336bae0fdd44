"""The command `karmavani`: thin click commands; the work is in `pipeline.run`.

Nothing heavy is imported before a command is chosen: ``karmavani --help`` answers at once.
Results go to standard output, progress and errors to standard error.
"""

from __future__ import annotations

import json
import sys
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from courses.errors import KarmavaniError, PartialFailure
from pipeline import VERSION

if TYPE_CHECKING:
    from courses.nouns import Course
    from pipeline.config import Config
    from pipeline.kit import Summary

INTERRUPTED = 130
ELSEWHERE = {
    "backlog": "pipeline.cli_backlog:backlog",
    "check": "pipeline.cli_check:check",
    "glossary": "pipeline.cli_glossary:glossary",
    "exchange": "pipeline.cli_exchange:exchange",
    "evaluate": "pipeline.cli_evaluate:evaluate",
    "memory": "pipeline.cli_memory:memory",
    "models": "pipeline.cli_models:models",
    "preview": "pipeline.cli_preview:preview",
    "review": "pipeline.cli_review:review",
    "translate": "pipeline.cli_translate:translate",
}


class LazyGroup(click.Group):
    """A group that imports the commands of ELSEWHERE only when one of them is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return all names, in the order of the alphabet."""
        return sorted([*super().list_commands(ctx), *ELSEWHERE])

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return one command, imported if need be."""
        if cmd_name not in ELSEWHERE:
            return super().get_command(ctx, cmd_name)
        from importlib import import_module

        module, _, name = ELSEWHERE[cmd_name].partition(":")
        command: click.Command = getattr(import_module(module), name)
        return command


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(VERSION, prog_name="karmavani")
@click.option("--config", type=click.Path(path_type=Path), help="Settings; ./karmavani.toml.")
@click.option("--offline", is_flag=True, help="Never use the network.")
@click.pass_context
def cli(context: click.Context, config: Path | None, offline: bool) -> None:
    """Localise course videos into the scheduled languages of India.

    \b
    Examples:
      karmavani localise samples/rti-basics --to hi,ta,bn
      echo "Every citizen may ask." | karmavani translate - --to hi
      karmavani models list
    """
    from pipeline.config import read_config

    settings = read_config(config)
    context.obj = replace(settings, offline=True) if offline else settings


@cli.command()
@click.argument("course", type=click.Path(path_type=Path))
@click.option("--to", metavar="LANGS", help="Codes, as hi,ta,bn; or: all.")
@click.option("--out", type=click.Path(path_type=Path), help="Where packages go.")
@click.option("--captions", type=click.Path(path_type=Path), help="Use these as the transcript.")
@click.option("--language", metavar="CODE", help="Spoken language of a single media file.")
@click.option("--translator", metavar="ENGINE", help="Translation engine.")
@click.option("--jobs", type=click.IntRange(min=1), help="Workers; one a processor core.")
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
@click.option("--quiet", is_flag=True, help="Print nothing but failures.")
@click.pass_obj
def localise(config: Config, /, course: Path, **options: Any) -> None:
    """Make draft packages of COURSE in other languages.

    COURSE is a folder with course.toml, or one video or sound file. One package folder a lesson
    and language is written to OUT/<course>/<lesson>/<language>. What is done already is not done
    again: after an error or Ctrl-C, run the same command once more.

    \b
    Examples:
      karmavani localise samples/rti-basics --to hi,ta,bn
      karmavani localise lecture.mp4 --captions lecture.srt --to all --out packages
    """
    from pipeline.course_input import read_course

    settings = _settings(config, options)
    own = settings.glossaries.folder
    found = read_course(course, options["captions"], options["language"], own)
    origin = course.resolve() if course.is_file() else None
    summary = _run(settings, found, origin, options["quiet"])
    _tell(summary, found.id, settings.out / found.id, options)


def _run(settings: Config, course: Course, origin: Path | None, quiet: bool) -> Summary:
    """Localise `course`; `origin` is its one media file where it is no folder."""
    from pipeline.prepare import abilities, prepare
    from pipeline.progress import make_reporter
    from pipeline.run import localise as run
    from pipeline.targets import choose_targets

    targets = choose_targets(settings, course, abilities(settings))
    reporter = make_reporter(quiet)
    try:
        if targets.note:
            reporter.say(targets.note)
        with prepare(settings, course, reporter) as kit:
            if origin:
                kit.store.claim(course.id, origin)
            return run(course, targets, kit)
    finally:
        reporter.close()


def _tell(summary: Summary, course: str, folder: Path, options: dict[str, Any]) -> None:
    if options["as_json"]:
        told = {"course": course, **asdict(summary), "terms": summary.terms}
        click.echo(json.dumps(told, ensure_ascii=False))
    elif not options["quiet"]:
        click.echo(summary.in_words(folder))
    if summary.failures:
        raise PartialFailure(
            f"{len(summary.failures)} of the lessons and languages failed (listed above).",
            "Everything else is done and kept; mend the cause and run the same command again.",
        )


def _settings(config: Config, options: dict[str, Any]) -> Config:
    """Return the configuration with what the command line says in front."""
    said: dict[str, Any] = {}
    if options["out"]:
        said["out"] = options["out"]
    if options["jobs"]:
        said["jobs"] = options["jobs"]
    if options["to"]:
        said["languages"] = tuple(code for code in options["to"].split(",") if code.strip())
    if options["translator"]:
        said["translator"] = replace(config.translator, engine=options["translator"])
    return replace(config, **said)


def _said_where(error: click.NoSuchOption) -> click.UsageError:
    """Return the error, or where the options of all commands stand if it is about one of them."""
    usage = {"--config": "--config FILE", "--offline": "--offline"}
    if error.option_name in usage and error.ctx and error.ctx.parent:
        program, _, command = error.ctx.command_path.partition(" ")
        return click.UsageError(
            f"{error.option_name} stands before the command:"
            f" {program} {usage[error.option_name]} {command} ...",
            error.ctx,
        )
    return error


def main() -> None:
    """Run the command line; every error of ours is one message and a named exit code."""
    try:
        code = cli(standalone_mode=False)
    except click.ClickException as error:
        if isinstance(error, click.NoSuchOption):
            error = _said_where(error)
        error.show()
        code = error.exit_code
    except (KeyboardInterrupt, click.Abort):
        click.echo("Stopped. What is done is kept; run the same command again to go on.", err=True)
        code = INTERRUPTED
    except KarmavaniError as error:
        click.echo(f"error: {error}", err=True)
        code = error.exit_code
    sys.exit(code if isinstance(code, int) else 0)


if __name__ == "__main__":
    main()
