"""How dates and numbers look, per language of the pages (Django's FORMAT_MODULE_PATH)."""
