"""Score: from names to matches, with reasons."""
