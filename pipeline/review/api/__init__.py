"""The REST API for contributors' systems: submit a course, follow it, fetch packages.

Thin over `review.store`, as the pages are; the same permissions hold. Described by
``/api/v1/openapi.json`` and docs/api.md.
"""
