"""The hub beside its peers, in turns, pinned, on this machine:

    python -m benchmarks.side_by_side            # 25 minutes
    python -m benchmarks.side_by_side --quick    # 3 minutes, one round of each

The server on core 0, the load generator on core 1. Every run has a fresh server; the order of the
peers rotates from round to round. Writes benchmarks/results/side_by_side.{json,md} and the README
beside them.
"""

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from benchmarks.assemble import FIRST as NAME
from benchmarks.assemble import RESULTS, assemble
from benchmarks.generator import Measured, load
from benchmarks.machine import ROOT, commit_ms, machine
from benchmarks.peers.durable import postgres
from benchmarks.peers.hub import Hub
from benchmarks.peers.naive import Naive
from benchmarks.peers.nchan import Nchan
from benchmarks.peers.peer import Peer
from benchmarks.peers.socketio import SocketIo
from benchmarks.plan import QUICK, Case, Pace, cases
from benchmarks.reads import counting_reads
from benchmarks.tables import tables


def measure(case: Case, peer: Peer, prefix: Sequence[str]) -> Measured:
    """One run, with a fresh server."""
    with tempfile.TemporaryDirectory(prefix="hub-bench-") as name:
        folder = Path(name)
        # nginx's worker is another user.
        folder.chmod(0o755)
        with peer.running(folder) as running, counting_reads(running.url) as reads:
            words = {**running.meet, **case.words, "pid": ",".join(map(str, running.pids))}
            measured = load(words, prefix=prefix, patience=case.patience)
            if "late" in measured:
                measured["late"]["database_reads"] = reads.during(measured["late"])
            return measured


def turns(plan: Sequence[Case], peers: Mapping[str, Peer]) -> Iterator[tuple[int, Case, Peer]]:
    """Round by round; in each, a case's peers one after the other, another one first each time."""
    for turn in range(max(case.rounds for case in plan)):
        for case in plan:
            there = [peers[name] for name in case.peers if name in peers]
            if turn < case.rounds:
                for at in range(len(there)):
                    yield turn, case, there[(at + turn) % len(there)]


def run(asked: argparse.Namespace) -> dict[str, Any]:
    """Everything that was asked for; told as far as it went when it is interrupted."""
    pace = QUICK if asked.quick else Pace()
    plan = [case for case in cases(pace) if not asked.only or asked.only in case.name]
    told: dict[str, Any] = {
        "machine": machine(),
        "command": "python -m benchmarks.side_by_side " + " ".join(sys.argv[1:]),
        "versions": {},
        "missing": {},
        "runs": [],
    }
    with tempfile.TemporaryDirectory(prefix="hub-bench-") as folder, ExitStack() as stack:
        told["disk_commit_ms"] = commit_ms(Path(folder))
        peers: dict[str, Peer] = {}
        url = stack.enter_context(postgres()) if asked.postgres else None
        known: list[Peer] = [Hub(tree=asked.tree, url=url), Nchan(), SocketIo(), Naive()]
        for peer in known:
            if missing := peer.missing():
                told["missing"][peer.name] = missing
            else:
                told["versions"][peer.name] = peer.version()
                peers[peer.name] = peer
        with suppressed_interrupt():
            for turn, case, peer in turns(plan, peers):
                measured = measured_or_not(case, peer, asked.prefix.split())
                told["runs"].append(
                    {"case": case.name, "peer": peer.name, "round": turn} | measured
                )
                print(line(case, peer, measured), flush=True)
    return told


def measured_or_not(case: Case, peer: Peer, prefix: Sequence[str]) -> Measured:
    """A run that fails is told, and the others go on."""
    try:
        measured = measure(case, peer, prefix)
    except Exception as error:
        return {"failed": str(error)[:500]}
    if not measured["published"]:
        return {"failed": f"nothing could be published: {measured.get('said')}"}
    return measured


def line(case: Case, peer: Peer, measured: Measured) -> str:
    """One run, while one waits."""
    head = f"{time.strftime('%H:%M:%S')} {case.name:18} {peer.name:12}"
    if "failed" in measured:
        return f"{head} FAILED: {measured['failed']}"
    lag = measured["from_request_ms"]
    cost = measured["cpu_us_per_delivery"]
    return (
        f"{head} {measured['deliveries_per_second']:>9,.0f}/s {cost:6.2f} us"
        f"  p50 {lag['p50']:8.2f} p99 {lag['p99']:8.2f} ms  lost {measured['lost']}"
    )


@contextmanager
def suppressed_interrupt() -> Iterator[None]:
    """What was measured until Ctrl+C is written all the same."""
    try:
        yield
    except KeyboardInterrupt:
        print("interrupted: writing what there is", file=sys.stderr)


def write(told: dict[str, Any], results: Path) -> None:
    """The figures, the tables, and the README that shows all tables of the folder."""
    results.mkdir(parents=True, exist_ok=True)
    (results / f"{NAME}.json").write_text(json.dumps(told, indent=1) + "\n")
    (results / f"{NAME}.md").write_text(tables(told))
    assemble(results)


def main() -> None:
    """From the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--quick", action="store_true", help="one short round of everything")
    parser.add_argument("--only", help="the cases whose name has this in it")
    parser.add_argument("--postgres", action="store_true", help="the hub on PostgreSQL")
    parser.add_argument("--tree", type=Path, default=ROOT, help="another checkout of the hub")
    parser.add_argument("--prefix", default="", help="before each run, on a machine that is shared")
    parser.add_argument("--results", type=Path, default=RESULTS)
    asked = parser.parse_args()
    told = run(asked)
    if told["runs"]:
        write(told, asked.results)
        print((asked.results / f"{NAME}.md").read_text())


if __name__ == "__main__":
    main()
