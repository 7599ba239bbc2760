#!/usr/bin/env python3
"""Runs `waudit stage` on Spark: an audit of logs that lie where Spark is.

    spark-submit spark/audit.py --waudit /opt/waudit --partitions 200 -- \\
        --period 2026-10 -f json -o /tmp/report.json s3://logs/2026-10/

What stands behind -- are flags and paths of `waudit audit`, or of bill, pack or
reconcile behind that word. The report is written
where the driver runs, and is that of `waudit audit`, byte for byte. Frames are opaque
here: the driver brings those of one key together, and knows nothing of billing.

Every machine has the program, of the same build, at the path of --waudit, and finds
the logs at the paths of the audit. A process of waudit takes memory of its own,
outside of the heap of Spark: give executors spark.executor.memoryOverhead of twice
--memory for each of their cores.
"""

import argparse
import json
import os
import struct
import subprocess
import sys
import tempfile
import threading

HEAD = "<BBII"  # kind, version, key, length of the data
ROWS = "kind string, key long, frame binary"


def frames(stream):
    """The frames of a stream, each as kind, key and all of its bytes."""
    while head := stream.read(struct.calcsize(HEAD)):
        kind, _, key, length = struct.unpack(HEAD, head)
        data = stream.read(length)
        if len(data) < length:
            raise RuntimeError("a stage of waudit has written half a frame")
        yield chr(kind), key, head + data


class Stage:
    """A stage of the run, as executors and the driver start it."""

    def __init__(self, waudit, memory, run):
        self.waudit, self.memory, self.run = waudit, memory, run

    def call(self, name, known, data, *flags):
        """Feeds the frames in data to a process and yields those that it writes."""
        with tempfile.TemporaryDirectory(prefix="waudit-stage-") as folder:
            args = [self.waudit, "stage", name, "--run", self.file(folder, "run.json", self.run), *flags]
            args += ["--memory", self.memory, "--tmp", folder]
            for i, known_frame in enumerate(known):
                args += ["--with", self.file(folder, f"known{i}", known_frame)]
            with open(os.path.join(folder, "stderr"), "w+b") as notes:
                p = subprocess.Popen(args, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=notes)
                failed = []
                feeder = threading.Thread(target=self.feed, args=(p, data, failed), daemon=True)
                feeder.start()
                try:
                    yield from frames(p.stdout)
                    code = p.wait()
                finally:
                    p.kill()
                    p.wait()
                    feeder.join()
                if failed:
                    raise failed[0]
                if code:
                    notes.seek(0)
                    raise RuntimeError(f"waudit stage {name}: exit {code}: {notes.read().decode(errors='replace').strip()}")

    @staticmethod
    def file(folder, name, content):
        path = os.path.join(folder, name)
        with open(path, "wb") as f:
            f.write(content)
        return path

    @staticmethod
    def feed(p, data, failed):
        try:
            for frame in data:
                p.stdin.write(frame)
        except BrokenPipeError:
            pass  # its exit code tells
        except BaseException as e:  # of the engine, which asks for the rows
            failed.append(e)
            p.kill()
        finally:
            try:
                p.stdin.close()
            except BrokenPipeError:
                pass

    def over(self, name, known=()):
        """A function for mapInArrow that runs the stage over the frames of a partition."""

        def run(batches):
            import itertools

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


def collect(rows):
    """The frames of a few rows, by kind."""
    found = {}
    for row in rows.toLocalIterator():
        found[row.kind] = found.get(row.kind, b"") + bytes(row.frame)
    return found


def audit(spark, args, flags):
    run = subprocess.run([args.waudit, "stage", "plan", "--partitions", str(args.partitions), *flags], stdout=subprocess.PIPE, check=False)
    if run.returncode:
        return run.returncode
    plan = json.loads(run.stdout)
    tasks = len(plan["tasks"])
    stage = Stage(args.waudit, args.memory, run.stdout)

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
        return report(stage, (known["F"],), read.where("kind in ('e', 'p', 'x')"))
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
    return report(stage, (log, routing, survey), surveyed.where("kind in ('j', 'w')").union(judged).union(read.where("kind in ('o', 'x')")))


def report(stage, known, judged):
    """Writes the report, and returns the exit code of the audit."""
    with tempfile.TemporaryDirectory(prefix="waudit-stage-") as folder:
        args = [stage.waudit, "stage", "report", "--run", stage.file(folder, "run.json", stage.run)]
        args += ["--memory", stage.memory, "--workers", "0"]
        for i, known_frame in enumerate(known):
            args += ["--with", stage.file(folder, f"known{i}", known_frame)]
        p = subprocess.Popen(args, stdin=subprocess.PIPE)
        failed = []
        stage.feed(p, (bytes(row.frame) for row in judged.toLocalIterator()), failed)
        code = p.wait()
        if failed:
            raise failed[0]
        return code


def main():
    parser = argparse.ArgumentParser(description="waudit audit on Spark", epilog=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--waudit", default="waudit", help="the program, on every machine (default: waudit on the PATH)")
    parser.add_argument("--partitions", type=int, default=64, help="parts among which customers are divided")
    parser.add_argument("--memory", default="1GB", help="memory that a process of waudit uses before it spills to disk")
    parser.add_argument("audit", nargs="+", help="flags and paths of waudit audit, behind --")
    args = parser.parse_args()

    from pyspark.sql import SparkSession

    builder = SparkSession.builder.appName("waudit")
    # A row is a frame of some hundred kilobytes: a few make a batch.
    builder = builder.config("spark.sql.execution.arrow.maxRecordsPerBatch", "16")
    # The partitions are ours: none of them is to be merged with others.
    builder = builder.config("spark.sql.adaptive.enabled", "false")
    spark = builder.getOrCreate()
    try:
        code = audit(spark, args, args.audit)
    finally:
        spark.stop()
    sys.exit(code)


if __name__ == "__main__":
    main()
