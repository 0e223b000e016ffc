"""The hub: a real-time press centre."""

__version__ = "0.1.0"
