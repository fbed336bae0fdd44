"""How good translations are, measured: scores, comparisons, and pages to look at.

For `karmavani evaluate`, the model card and docs/quality.md. Not for judging drafts in the flow:
that is `pipeline.checking.checks`, whose findings are counted here.
"""
