"""One tree of errors; the message says what happened and what to do next.

    KarmavaniError                 exit 1
    |-- UsageError                 exit 2   a wrong option, code or name
    |-- CourseError                exit 3   course.toml or its folder is not right
    |-- MediaError                 exit 4   a media file cannot be used
    |-- CaptionsError              exit 4   a captions file cannot be used
    |-- LanguageError              exit 5   no engine or model can do this language
    |-- ModelError                 exit 6   a model is missing, damaged or cannot be fetched
    |-- EngineError                exit 7   an engine failed while working
    |-- StoreError                 exit 8   results cannot be written or read
    |-- PartialFailure             exit 9   some lessons or languages failed, the rest is done
    `-- ReviewError                exit 10  the review site refuses a step
        |-- ForbiddenError                  this person may not do that
        `-- ConflictError                   somebody else was faster

Exit code 130 is Ctrl-C. Foreign exceptions are translated once, in the file that owns the library.
"""

from __future__ import annotations


class KarmavaniError(Exception):
    """Base of all our errors. `advice` is one sentence that says what to do next."""

    exit_code = 1

    def __init__(self, message: str, advice: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.advice = advice

    def __str__(self) -> str:
        return f"{self.message} {self.advice}".strip()

    def __reduce__(self) -> tuple[type[KarmavaniError], tuple[str, str]]:
        """Keep message and advice across processes."""
        return (type(self), (self.message, self.advice))


class UsageError(KarmavaniError):
    """A wrong option, code or name on the command line or in a configuration file."""

    exit_code = 2


class CourseError(KarmavaniError):
    """A course folder or its course.toml is not right; the message names file, line and key."""

    exit_code = 3


class MediaError(KarmavaniError):
    """A media file is missing, damaged, silent of audio, or not media at all."""

    exit_code = 4


class CaptionsError(KarmavaniError):
    """A captions file cannot be read as captions."""

    exit_code = 4


class LanguageError(KarmavaniError):
    """No engine or model at hand can do this language."""

    exit_code = 5


class ModelError(KarmavaniError):
    """A model is missing, damaged or cannot be fetched."""

    exit_code = 6


class EngineError(KarmavaniError):
    """A transcriber or translator failed while working."""

    exit_code = 7


class StoreError(KarmavaniError):
    """Results cannot be written or read: no space, no permission, damaged."""

    exit_code = 8


class PartialFailure(KarmavaniError):
    """Some lessons or languages failed; what is done is kept and the same command goes on."""

    exit_code = 9


class ReviewError(KarmavaniError):
    """The review site refuses a step: the state of the work does not allow it."""

    exit_code = 10


class ForbiddenError(ReviewError):
    """This person may not do that."""


class ConflictError(ReviewError):
    """Somebody else changed the same thing since it was read."""
