"""The outside world: the API."""
