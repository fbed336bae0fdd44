"""What a web server runs: ``pipeline.review.wsgi:application``."""

from __future__ import annotations

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pipeline.review.settings")
application = get_wsgi_application()
