"""What is true of briefings: mapped classes with verbs and pure rules; no I/O, no HTTP, no HTML."""
