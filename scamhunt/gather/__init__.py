"""Drive a crawler: fetch, unpack, keep what came, and pass its rows on in batches."""
