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
    candidate,
    day,
    reports,
    campaigns,
    packets,
    audit,
    queue,
    api,
    api_reports,
    api_rest,
)
"""The queue comes behind all other pages: it takes every act on a candidate that is a decision. The rest of the API
answers what no other door of it does.
"""
