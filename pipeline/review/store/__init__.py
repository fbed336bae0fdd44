"""The only place that writes to the review database; each function is one transaction.

intake: what the flow made comes in. nouns: rows become the nouns of `courses`. editing: a person
changes a text. deciding: approve, return. transcript: the source. rechecking: findings follow.
"""
