"""scamhunt: find, prove and take down scams that pretend to be a brand."""

__version__ = "0.1.0"
