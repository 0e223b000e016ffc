"""nginx with the nchan module: the C peer."""

import contextlib
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

from benchmarks.peers.peer import Running, Words, family, free_port, started

MODULE = Path("/usr/lib/nginx/modules/ngx_nchan_module.so")
CONF = """\
load_module {module};
daemon off;
worker_processes 1;
pid nginx.pid;
error_log err.log warn;
worker_rlimit_nofile 20000;
events {{ worker_connections 20000; }}
http {{
 access_log off; keepalive_requests 100000000; client_body_temp_path body;
 server {{
  listen 127.0.0.1:{port} backlog=4096;
  location = /ws {{ nchan_subscriber websocket; nchan_channel_id b;
   nchan_message_buffer_length 100; nchan_subscriber_first_message newest; }}
  location = /pub {{ nchan_publisher; nchan_channel_id b;
   nchan_message_buffer_length 100; client_max_body_size 10m; client_body_buffer_size 64k; }}
 }}
}}
"""


class Nchan:
    """One nginx worker. It keeps messages in memory: nothing of it is durable."""

    name = "nchan"

    def missing(self) -> str:
        """nginx or its module."""
        if shutil.which("nginx") is None:
            return "nginx"
        return "" if MODULE.exists() else "nginx's module nchan"

    def version(self) -> str:
        """nginx's, and the module's package where it is known."""
        said = subprocess.run(["nginx", "-v"], capture_output=True, text=True, check=False).stderr
        asked = ["dpkg-query", "-W", "-f", "${Version}", "libnginx-mod-nchan"]
        with contextlib.suppress(OSError):
            found = subprocess.run(asked, capture_output=True, text=True, check=False).stdout
            return f"{found}, {said.strip().rpartition(': ')[2]}"
        return said.strip().rpartition(": ")[2]

    @contextlib.contextmanager
    def running(self, folder: Path) -> Iterator[Running]:
        """On a free port, with its files in the folder."""
        port = free_port()
        (folder / "nchan.conf").write_text(CONF.format(module=MODULE, port=port))
        argv = ["nginx", "-p", str(folder), "-c", "nchan.conf"]
        with started(argv, folder=folder, port=port) as process:
            meet: Words = {"port": port, "path": "/ws", "publish-path": "/pub"}
            time.sleep(0.2)  # nginx listens before its worker is there
            yield Running(meet=meet, pids=family(process.pid))
