"""What must not be in a log: the secret of an invitation's link, which is part of its address."""

from __future__ import annotations

import logging
import re

_SECRET = re.compile(r"(/invitation/)[^/\s?\"']+")


class HideSecrets(logging.Filter):
    """Takes the secrets of links out of what is logged; Django logs the address of an error."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Change the record, and let it through."""
        said = record.getMessage()
        if "/invitation/" in said:
            record.msg, record.args = _SECRET.sub(r"\1…", said), ()
        return True
