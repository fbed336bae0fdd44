"""What a web server runs: ``pipeline.review.wsgi:application``."""

from __future__ import annotations

import os
import sys

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pipeline.review.settings")
# At each question to the database a thread gives up the interpreter, and has to wait this long to
# have it back from one that computes. A save asks a dozen times: Python's 5 ms would add up.
sys.setswitchinterval(0.0005)
application = get_wsgi_application()
