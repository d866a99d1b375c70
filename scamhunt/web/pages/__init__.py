"""The doors of the site: one module a noun, each with its `router` and its line here."""

from scamhunt.web.pages import candidate, day, entering, health, queue, reports

NOUNS = (entering, health, candidate, day, reports, queue)
"""The queue comes last: it takes every act on a candidate that is a decision."""
