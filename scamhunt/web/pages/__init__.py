"""The doors of the site: one module a noun, each with its `router` and its line here."""

from scamhunt.web.pages import (
    account,
    audit,
    campaigns,
    candidate,
    dashboard,
    day,
    entering,
    health,
    packets,
    people,
    queue,
    reports,
)

NOUNS = (
    entering,
    health,
    account,
    people,
    dashboard,
    candidate,
    day,
    reports,
    campaigns,
    packets,
    audit,
    queue,
)
"""The queue comes last: it takes every act on a candidate that is a decision."""
