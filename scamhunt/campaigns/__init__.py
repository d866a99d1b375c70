"""Which cases belong together, by what their makers reuse. Pure."""
