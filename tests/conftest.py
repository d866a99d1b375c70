"""What all tests share."""

from hypothesis import settings

# No example is timed, and none is written to the checkout: it may belong to somebody else.
settings.register_profile("scamhunt", deadline=None, database=None)
settings.load_profile("scamhunt")
