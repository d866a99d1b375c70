"""Take down: drafts for the parties that can act. Pure: no files, no store, no network."""
