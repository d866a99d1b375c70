"""`python -m scamhunt` is the same as `scamhunt`."""

from scamhunt.cli import main

main()
