"""Alembic's migrations: `env.py`, the template of a new one, and `versions/`.

A new migration: copy the last file of `versions/`, change it, add its revision to `schema.REVISIONS`. The tests say
when the tables that it builds differ from `tables.py`.
"""
