"""The triage desk: what a person does with `desk.py`, as web pages and as a JSON API. No logic lives here."""
