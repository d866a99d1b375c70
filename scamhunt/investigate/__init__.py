"""Look things up: who can act on a number. Sites, names and addresses follow."""
