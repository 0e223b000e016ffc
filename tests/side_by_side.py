"""Files of tests, given to processes as they become free, also where one of them dies."""

from xdist.scheduler import LoadFileScheduling
from xdist.workermanage import WorkerController


class FileByFile(LoadFileScheduling):
    """xdist's own gives the files that a dead process had done to the others, as work that is none,
    and both wait for ever; what had killed the process comes again and kills the next."""

    def remove_node(self, node: WorkerController) -> str | None:
        """Returns the test that the process died of; it counts as done, and failed."""
        files = self.assigned_work.pop(node)
        left: list[tuple[str, str]] = [
            (file, test) for file, tests in files.items() for test in tests if not tests[test]
        ]
        if not left:
            return None
        for file, _ in left[1:]:
            self.workqueue[file] = files[file]
        file, killer = left[0]
        files[file][killer] = True
        for other in self.assigned_work:
            self._reschedule(other)
        return killer

    def _reschedule(self, node: WorkerController) -> None:
        # A process begins a test only when it knows the next one.
        while not node.shutting_down and self._pending_of(self.assigned_work[node]) <= 2:
            if self.workqueue:
                self._assign_work_unit(node)
            else:
                node.shutdown()
