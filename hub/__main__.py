"""`python -m hub`: the command `hub` where nothing is installed."""

from hub.cli import main

if __name__ == "__main__":
    main()
