"""Where it is kept: the transaction, the look-ups, one query set a screen, the migrations."""
