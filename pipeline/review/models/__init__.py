"""What the review database holds.

people: User, Grant, Invitation, AuditEntry. courses: Course, Lesson, Sentence, SentenceText.
lines: Track, Line, Revision, LineFinding, SecondLook, BulkApproval, Comment, Mention, TermProposal,
Effort. releases: Release. traffic: Upload, Job, ApiToken, Webhook, Delivery.

Text is stored exactly as it was written; times of media are integer milliseconds. Rows of
SentenceText, Revision and AuditEntry are only ever added. Writing goes through `review.store`.
"""

from pipeline.review.models.bulk import BulkApproval, BulkState
from pipeline.review.models.courses import Course, Lesson, Sentence, SentenceText, TranscriptState
from pipeline.review.models.lines import (
    Comment,
    Effort,
    Line,
    LineFinding,
    LineState,
    Mention,
    Origin,
    Revision,
    SecondLook,
    TermProposal,
    Track,
    TrackState,
    Verdict,
)
from pipeline.review.models.people import AuditEntry, Grant, Invitation, Role, User
from pipeline.review.models.releases import Release
from pipeline.review.models.traffic import ApiToken, Delivery, Job, JobState, Upload, Webhook

__all__ = [
    "ApiToken",
    "AuditEntry",
    "BulkApproval",
    "BulkState",
    "Comment",
    "Course",
    "Delivery",
    "Effort",
    "Grant",
    "Invitation",
    "Job",
    "JobState",
    "Lesson",
    "Line",
    "LineFinding",
    "LineState",
    "Mention",
    "Origin",
    "Release",
    "Revision",
    "Role",
    "SecondLook",
    "Sentence",
    "SentenceText",
    "TermProposal",
    "Track",
    "TrackState",
    "TranscriptState",
    "Upload",
    "User",
    "Verdict",
    "Webhook",
]
