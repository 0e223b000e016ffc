"""The demonstration: a fictional briefing of our own writing that plays itself."""
