"""What a web server runs: ``pipeline.review.wsgi:application``."""

from __future__ import annotations

import os
import sys

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pipeline.review.settings")
# A save asks the database a dozen times. Each time its thread gives up the interpreter, and waits this
# long to have it back from a thread that computes: at Python's 5 ms a save waits more than it works.
sys.setswitchinterval(0.0005)
application = get_wsgi_application()
