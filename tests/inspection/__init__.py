"""Tests of the inspection: honest files and hostile ones."""
