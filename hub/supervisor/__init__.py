"""Several workers as one service: started, watched, replaced, renewed and stopped together."""
