"""The backlog: thousands of courses by many languages, done unattended, nothing lost or twice.

A Django app beside `pipeline.review`, in the same database. `nouns` first, then `running`: the
loop of the one driver. Not for pages: those are in `pipeline.review.views`.
"""
