"""hub flood: a crowd of browsers against a running hub, counted and timed."""
