#!/usr/bin/env python3
"""Runs `waudit stage` on Spark: an audit of logs that lie where Spark is.

    spark-submit spark/audit.py --waudit /opt/waudit --partitions 200 -- \\
        --period 2026-10 -f json -o /tmp/report.json s3://logs/2026-10/

What stands behind -- are flags and paths of `waudit audit`, or of bill, pack,
reconcile or replay behind that word. The report is written where the driver runs, and is that of
`waudit audit`, byte for byte. Frames are opaque here: the driver brings those of one key
together, and knows nothing of billing.

Every machine has the program, of the same build, at the path of --waudit, and finds
the logs at the paths of the audit. A process of waudit takes memory of its own,
outside of the heap of Spark: give executors spark.executor.memoryOverhead of twice
--memory for each of their cores.
"""

import argparse
import itertools
import sys

import stages

ROWS = "kind string, key long, frame binary"


class Stage(stages.Stage):
    """A stage of the run, as functions for mapInArrow."""

    def over(self, name, known=()):
        """A function for mapInArrow that runs the stage over the frames of a partition."""

        def run(batches):
            data = (row.as_py() for batch in batches for row in batch.column("frame"))
            first = next(data, None)
            if first is not None:
                yield from arrow(self.call(name, known, itertools.chain([first], data)))

        return run

    def tasks(self):
        """A function for mapInArrow that reads the tasks whose numbers it gets."""

        def run(batches):
            for batch in batches:
                for task in batch.column("id"):
                    yield from arrow(self.call("map", (), (), "--task", str(task.as_py())))

        return run


def arrow(found):
    """Frames as batches of Arrow."""
    import pyarrow as pa

    for kind, key, frame in found:
        yield pa.RecordBatch.from_arrays(
            [pa.array([kind]), pa.array([key], pa.int64()), pa.array([frame], pa.binary())], names=["kind", "key", "frame"]
        )


def here(rows):
    """The frames of rows, one by one, where the driver runs."""
    return (bytes(row.frame) for row in rows.toLocalIterator())


def collect(rows):
    """The frames of a few rows, by kind."""
    found = {}
    for row in rows.toLocalIterator():
        found[row.kind] = found.get(row.kind, b"") + bytes(row.frame)
    return found


def audit(spark, args):
    run, plan = stages.plan(args)
    if run is None:
        return plan
    tasks = len(plan["tasks"])
    stage = Stage(args.waudit, args.memory, run)

    # What map has written is used by several stages: it is kept on the disks, and made
    # again where a disk is lost.
    from pyspark import StorageLevel

    read = spark.range(0, tasks, 1, max(tasks, 1)).mapInArrow(stage.tasks(), ROWS).persist(StorageLevel.DISK_ONLY)
    events = read.where("kind = 'e'")
    pending = read.where("kind = 'p'")

    known = collect(read.where("kind in ('f', 'p')").repartition(1).mapInArrow(stage.over("facts"), ROWS))
    if not known:
        return 3
    if plan["command"] == "reconcile":  # the last stage lays the bill beside the whole log
        return stage.report((known["F"],), here(read.where("kind in ('e', 'p', 'x')")))
    log, question, routing = known["F"], known.get("q"), b""
    if question:
        answers = collect(events.repartition(args.partitions, "key").mapInArrow(stage.over("answer", (log, question)), ROWS))
        routed = pending.repartition(1).mapInArrow(stage.over("route", (log, question, answers.get("a", b""))), ROWS)
        routed = routed.persist(StorageLevel.DISK_ONLY)
        routing = collect(routed.where("kind = 'r'"))["r"]
        events = events.union(routed.where("kind = 'e'"))
    events = events.repartition(args.partitions, "key").persist(StorageLevel.DISK_ONLY)
    if "d" in known:  # an input is damaged
        routing += collect(events.mapInArrow(stage.over("measure", (log, routing)), ROWS)).get("m", b"")

    surveyed = events.mapInArrow(stage.over("survey", (log, routing)), ROWS).persist(StorageLevel.DISK_ONLY)
    joined = collect(surveyed.where("kind = 's'").repartition(1).mapInArrow(stage.over("join", (log, routing)), ROWS))
    survey = joined.get("S", b"")
    late = events if "A" in joined else surveyed.where("kind = 'l'")
    judged = late.mapInArrow(stage.over("judge", (log, routing, survey)), ROWS)
    found = surveyed.where("kind in ('j', 'w')").union(judged).union(read.where("kind in ('o', 'x')"))
    return stage.report((log, routing, survey), here(found))


def main():
    parser = argparse.ArgumentParser(description="waudit audit on Spark", epilog=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    stages.arguments(parser)
    args = parser.parse_args()

    from pyspark import cloudpickle
    from pyspark.sql import SparkSession

    cloudpickle.register_pickle_by_value(stages)  # executors do not have the file
    builder = SparkSession.builder.appName("waudit")
    # A row is a frame of some hundred kilobytes: a few make a batch.
    builder = builder.config("spark.sql.execution.arrow.maxRecordsPerBatch", "16")
    # The partitions are ours: none of them is to be merged with others.
    builder = builder.config("spark.sql.adaptive.enabled", "false")
    spark = builder.getOrCreate()
    try:
        code = audit(spark, args)
    finally:
        spark.stop()
    sys.exit(code)


if __name__ == "__main__":
    main()
