"""What the editors' scripts say, so that it is translated with everything else."""

from __future__ import annotations

from typing import Any

from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from courses.findings import RepairKind

WORDS: dict[str, str | Promise] = {
    # saving
    "saved": _("Saved"),
    "saving": _("Saving …"),
    "unsaved": _("Not saved yet"),
    "kept": _("Offline: %(n)s changes are kept in this browser"),
    "keptOne": _("Offline: 1 change is kept in this browser"),
    "signedOut": _("You are signed out. Your texts are kept here: sign in again in another tab."),
    "signIn": _("Sign in again"),
    "failed": _("The server refused this: %(what)s"),
    "full": _("This browser's storage is full: save before you go on."),
    "recovered": _("Texts that were not saved came back from this browser: %(n)s"),
    "gone": _("The sentence of this text is in the lesson no more: %(text)s"),
    "loadFailed": _("The lines could not be loaded."),
    "again": _("Try again"),
    # lines
    "line": _("Line %(n)s"),
    "noText": _("no translation yet"),
    "mine": _("by you"),
    "by": _("by %(who)s"),
    "approvedBy": _("approved by %(who)s"),
    "changedBy": _("%(who)s is here"),
    "writing": _("%(who)s has this line open"),
    "save": _("Save"),
    "cancel": _("Cancel"),
    "takenBack": _("What you typed was taken back."),
    "done": _("Save, next"),
    "approve": _("Approve, next"),
    "return": _("Return …"),
    "comment": _("Comment"),
    "history": _("History"),
    "waive": _("It is right …"),
    "waived": _("waived: %(why)s"),
    "terms": _("Terms"),
    "older": _("Before the source changed"),
    "memory": _("Memory, %(n)s alike"),
    "take": _("Take it"),
    "openComments": _("comments: %(n)s"),
    "heardShort": _("heard: %(n)s"),
    "draftedShort": _("machine: %(n)s"),
    "sourceChanged": _("The source changed after this was translated"),
    "heardBadly": _("The recogniser was unsure: %(n)s"),
    "draftedBadly": _("The machine was unsure: %(n)s"),
    "speedShort": _("%(n)s / %(limit)s c/s"),
    "speed": _("%(n)s characters a second; at most %(limit)s"),
    "width": _("Widest line %(n)s; at most %(limit)s"),
    "hold": _("Nothing to do in this view."),
    "end": _("No further line to do."),
    "own": _("You wrote this text: somebody else has to approve it."),
    "unsettled": _("The transcript is not approved yet, so nothing can be approved."),
    "mayNotEdit": _("You may read this, not change it."),
    "approvedAlready": _("This line is approved."),
    "staleFirst": _("The source changed: check the text and save it first."),
    "openError": _("An error is open: mend it, or say why it is right."),
    "undone": _("The former text is back."),
    "nothingToUndo": _("There is nothing to undo."),
    # conflict
    "conflict": _("%(who)s changed this line while you wrote"),
    # returning, waiving
    "whyReturn": _("Why is it returned?"),
    "whyRight": _("Why is it right as it is?"),
    "close": _("Close"),
    # search
    "found": _("%(n)s lines found"),
    "nothingFound": _("Nothing found"),
    "replaced": _("%(n)s lines changed"),
    "left": _("%(n)s lines were left: somebody changed them since."),
    "undo": _("Undo"),
    "choose": _("Change line %(n)s"),
    # terms
    "proposed": _("The terminologists were asked for %(what)s."),
    # comments, history
    "settle": _("Settle"),
    "reopen": _("Open again"),
    "settledBy": _("settled by %(who)s"),
    "noComments": _("Nobody said anything about this line."),
    "restore": _("Bring back"),
    "noHistory": _("This line has no older texts."),
    "sourceTexts": _("Source"),
    # cues
    "startEdge": _("Start of subtitle %(n)s"),
    "endEdge": _("End of subtitle %(n)s"),
    "noCues": _("no subtitle"),
    "splitWhere": _("Put the cursor where the line shall be split."),
    "noNext": _("There is no further subtitle of this line."),
    "setByHand": _("set by hand"),
    # player
    "looping": _("Repeating the line"),
    "notLooping": _("Not repeating"),
    "noMedia": _("The video cannot be played here."),
    # typing
    "latinOn": _("Latin letters become %(script)s"),
    "latinOff": _("Letters stay as typed"),
    # keys
    "keysAlways": _("Always"),
    "keysIdle": _("While no text is open"),
    "kNext": _("Next line"),
    "kPrevious": _("Line before"),
    "kTodo": _("Next line to do"),
    "kTodoBack": _("Line to do before"),
    "kDone": _("Save or approve, then the next line to do"),
    "kReturn": _("Return with a reason"),
    "kEdit": _("Edit the text"),
    "kSave": _("Save"),
    "kCancel": _("Take back what was typed, leave the text"),
    "kFix": _("Do the first repair"),
    "kTake": _("Take the suggestion"),
    "kTerm": _("Insert term 1 (to 9)"),
    "kUndo": _("Bring back the text before the last save"),
    "kPlay": _("Play or pause"),
    "kReplay": _("Play the line again"),
    "kLoop": _("Repeat the line"),
    "kSlower": _("Slower"),
    "kFaster": _("Faster"),
    "kPropose": _("Propose a term"),
    "kComment": _("Comment"),
    "kHistory": _("History"),
    "kSearch": _("Find and replace"),
    "kFilter": _("Choose what is shown"),
    "kLatin": _("Type in Latin letters, or not"),
    "kSplit": _("Split the subtitle at the cursor"),
    "kMerge": _("Merge with the next subtitle"),
    "kReset": _("Compute the times again"),
    "kStart": _("Start 100 ms earlier, later"),
    "kEnd": _("End 100 ms earlier, later"),
    "kHelp": _("These keys"),
    # transcript
    "wordSure": _("%(n)s sure"),
    "play": _("Play"),
    "whyWaive": _("Why is no review of the transcript needed?"),
    "madeStale": _("Its translations are marked as changed."),
}

REPAIRS: dict[str, str | Promise] = {
    RepairKind.BORROW: _("Borrow time from a neighbour"),
    RepairKind.END_EARLIER: _("End it earlier"),
    RepairKind.START_LATER: _("Begin it later"),
    RepairKind.MERGE: _("Merge two subtitles"),
    RepairKind.SPLIT: _("Split it in two"),
    RepairKind.MOVE_WORD: _("Break its lines elsewhere"),
    RepairKind.SHORTER_TERM: _("Write the shorter term"),
    RepairKind.END_MARK: _("Put the mark at the end right"),
    RepairKind.PAIR: _("Complete the pair of marks"),
    RepairKind.DIGITS: _("Write all numbers in one script"),
    RepairKind.MARKUP: _("Take out the markup, keep the words"),
    RepairKind.CHARACTERS: _("Take out the invisible characters"),
    RepairKind.SPACES: _("Tidy the spaces"),
}


def worded(repair: dict[str, Any] | None) -> dict[str, Any] | None:
    """Return a repair with its button in the page's language: in English it names details."""
    if not repair or (get_language() or "en").startswith("en"):
        return repair
    return {**repair, "label": str(REPAIRS.get(repair.get("kind", ""), repair.get("label", "")))}


def reason_words() -> dict[str, str]:
    """Return code -> words of the reasons for which a line is returned, in the store's order."""
    from pipeline.review.store.deciding import REASONS

    said = {
        "meaning": _("The meaning is wrong"),
        "term": _("A term is wrong"),
        "number": _("A number is wrong"),
        "grammar": _("Grammar or spelling"),
        "style": _("Style"),
        "too-long": _("Too long to read"),
        "other": _("Something else"),
    }
    return {code: str(said.get(code, code)) for code in REASONS}
