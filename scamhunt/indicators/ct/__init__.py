"""Certificate transparency logs: tree heads, hash trees, tiles, entries and the names in certificates. Pure.

Formats: RFC 6962, c2sp.org/static-ct-api, c2sp.org/tlog-checkpoint. What needs something from a log is a generator that
yields `Fetch` and is sent the `Reply`, as a crawler is.
"""
