"""The faults, one file for each thing that breaks."""
