"""Run the benchmarks named, or all; exit 1 when a budget is broken."""

import sys
from collections.abc import Callable, Iterator

from bench import findings, lag, logs, paint, rows, sweep, triage
from bench.figures import Figure

BENCHES: dict[str, Callable[[], Iterator[Figure]]] = {
    "paint": paint.run,
    "triage": triage.run,
    "logs": logs.run,
    "rows": rows.run,
    "findings": findings.run,
    "lag": lag.run,
    "sweep": sweep.run,
}


def main(names: list[str]) -> int:
    unknown = set(names) - set(BENCHES)
    if unknown:
        print(
            f"no benchmark named {', '.join(sorted(unknown))}; there are: {', '.join(BENCHES)}",
            file=sys.stderr,
        )
        return 2
    kept = True
    for name in names or BENCHES:
        for figure in BENCHES[name]():
            print(figure.line(), flush=True)
            kept = kept and figure.kept
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
