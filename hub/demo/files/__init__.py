"""The files that the demonstration hands in, drawn and written as they are asked for."""
