"""What a file really is, made harmless, previewed and read, in a process of its own."""
