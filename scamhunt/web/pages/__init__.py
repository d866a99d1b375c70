"""The doors of the site: one module a noun, each with its `router` and its line here."""

from scamhunt.web.pages import candidate, entering, health, queue

NOUNS = (entering, health, queue, candidate)
