"""What is under suspicion, read and normalised: names, URLs, look-alike folding. Pure."""
