"""The main flow and its edges: the only package that sees all the others."""

VERSION = "0.1.0"
