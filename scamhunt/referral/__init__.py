"""What is handed over to law enforcement or to another brand: what a packet says, and its one writer."""
