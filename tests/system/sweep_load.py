# SPDX-License-Identifier: MIT
"""Memory in swap, and how much swap there is meanwhile."""

import os
import threading

import basis
from basis import Failure


class Watch:
    """Looks at how much is active of ours, as often as it can."""

    def __init__(self, paths):
        self.names = {os.fsencode(path) for path in paths}
        self.stop = threading.Event()
        self.samples, self.least = 0, None
        self.thread = threading.Thread(target=self.look)

    def look(self):
        while not self.stop.is_set():
            total = sum(row.size for row in basis.swaps() if row.path in self.names)
            self.samples += 1
            self.least = total if self.least is None else min(self.least, total)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *error):
        self.stop.set()
        self.thread.join()


class Load:
    """Pushes memory out and reads it back all the time."""

    def __init__(self, hog):
        self.hog = hog
        self.stop = threading.Event()
        self.rounds, self.failure = 0, None
        self.thread = threading.Thread(target=self.press)

    def press(self):
        try:
            while not self.stop.is_set():
                self.hog.ask("o", "out")
                self.hog.ask("v", "verified")
                self.rounds += 1
        except (Failure, OSError) as failure:
            self.failure = failure

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *error):
        self.stop.set()
        self.thread.join()
