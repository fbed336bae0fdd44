"""The recipe that makes the starter translator's weights. Never imported by the product."""
