"""The doors of the site: one module a noun, each with its `router` and its line here."""

from scamhunt.web.pages import (
    account,
    api,
    api_reports,
    api_rest,
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
    day,
    reports,
    campaigns,
    packets,
    audit,
    queue,
    candidate,
    api,
    api_reports,
    api_rest,
)
"""The queue comes behind other pages: it takes every act on a candidate that is a decision. A candidate comes behind
the queue, whose counts are no number, and the rest of the API behind all, for it answers what no other door does.
"""
