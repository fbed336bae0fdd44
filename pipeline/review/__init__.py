"""The review site: people see what needs them, correct it, approve it, and publish it.

For: everything that lives in a browser or in the review database. Not for: how text is checked,
laid out or written (`pipeline.checking`, `pipeline.layout`, `pipeline.packaging`), which it calls.
Only this package and the backlog know Django. Views and the API are thin; all writing is done in
`store`.
"""
