# SPDX-License-Identifier: MIT
"""Tables in markdown, and targets."""

import statistics


def median(values):
    return statistics.median(values)


def half(values):
    """The middle half of the values, as text."""
    low, _, high = statistics.quantiles(values, n=4, method="inclusive")
    return f"{low:.2f} - {high:.2f}"


def table(head, rows):
    """Prints a table; the first column is text, the others are numbers."""
    cells = [[str(cell) for cell in row] for row in [head, *rows]]
    widths = [max(len(row[i]) for row in cells) for i in range(len(head))]
    rule = ["-" * widths[0]] + ["-" * (width - 1) + ":" for width in widths[1:]]
    for row in [cells[0], rule, *cells[1:]]:
        first = row[0].ljust(widths[0])
        rest = [cell.rjust(width) for cell, width in zip(row[1:], widths[1:])]
        print("| " + " | ".join([first, *rest]) + " |")
    print(flush=True)


class Targets:
    """What was promised, and what came of it. A miss is told, and is no failure."""

    def __init__(self):
        self.rows = []

    def at_most(self, what, value, limit, unit):
        self._add(what, value, f"<= {limit:g} {unit}", unit, value <= limit)

    def at_least(self, what, value, limit, unit):
        self._add(what, value, f">= {limit:g} {unit}", unit, value >= limit)

    def unknown(self, what, why):
        self.rows.append([what, "-", "-", f"not measured: {why}"])

    def _add(self, what, value, limit, unit, is_met):
        shown = f"{value:.0f}" if value >= 1000 or value == int(value) else f"{value:.3g}"
        self.rows.append([what, f"{shown} {unit}", limit, "met" if is_met else "NOT met"])

    def show(self):
        table(["target", "measured", "limit", "result"], self.rows)
