"""`hub` with a supervisor that gives a silent worker 6 seconds, not 30, and 2 to leave."""

from hub import cli
from hub.commands import serve
from hub.supervisor import group

group.SILENT_SECONDS = 6.0
serve.LEAVE_SECONDS = 2.0

if __name__ == "__main__":
    cli.main()
