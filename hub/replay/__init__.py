"""Replay: a transcript read, paced, and played through the hub."""
