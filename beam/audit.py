#!/usr/bin/env python3
"""Runs `waudit stage` on Apache Beam: an audit of logs that lie where a runner is.

    python3 beam/audit.py --waudit /opt/waudit --partitions 200 --work gs://scratch/run \\
        --runner=DataflowRunner --region=... -- \\
        --period 2026-10 -f json -o /tmp/report.json gs://logs/2026-10/

What stands behind -- are flags and paths of `waudit audit`, or of bill, pack,
reconcile or replay behind that word; flags of Beam stand before it. The report is written where this
runs, and is that of `waudit audit`, byte for byte. Frames are opaque here: Beam brings
those of one key together, and knows nothing of billing.

Every worker has the program, of the same build, at the path of --waudit (by a container
of its own, or --files_to_stage), and finds the logs at the paths of the audit. A
process of waudit takes --memory and half as much again, beside that of Python.
"""

import argparse
import itertools
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "spark"))

import apache_beam as beam
from apache_beam.internal.cloudpickle import cloudpickle
from apache_beam.io import fileio
from apache_beam.io.filesystems import FileSystems
from apache_beam.options.pipeline_options import PipelineOptions

import stages

TO_REPORT = "jwoxD"  # kinds that the last stage reads, beside what it is told


class Frames(fileio.FileSink):
    """Files of frames, one behind the other."""

    def open(self, fh):
        self.fh = fh

    def write(self, frame):
        self.fh.write(frame[2])

    def flush(self):
        self.fh.flush()


labels = map(str, itertools.count())  # of transforms, which are many alike


def of(kinds):
    return next(labels) >> beam.Filter(lambda frame: frame[0] in kinds)


def together(key):
    """Brings the frames of each key together."""
    return next(labels) >> (beam.Map(lambda frame: (key(frame), frame[2])) | beam.GroupByKey())


def by_partition():
    return together(lambda frame: frame[1])


def all_of(*frames):
    return frames | next(labels) >> beam.Flatten()


def run_over(stage, name, kinds, unless="", only=""):
    """A stage for the frames of each key. It is told the frames of the kinds, and left out where a kind of
    unless has come, or none of only."""

    def run(group, told):
        found = {}
        for kind, _, frame in told:
            found[kind] = found.get(kind, b"") + frame
        if any(kind in found for kind in unless) or any(kind not in found for kind in only):
            return
        yield from stage.call(name, [found[kind] for kind in kinds if kind in found], group[1])

    return run


class Run:
    """The pipeline of a run."""

    def __init__(self, stage, tasks):
        self.stage, self.tasks, self.told = stage, tasks, None

    def step(self, frames, name, kinds="", **when):
        """Runs a stage over frames that are brought together by their keys."""
        told = beam.pvalue.AsList(self.told) if self.told else ()
        return frames | next(labels) >> beam.FlatMap(run_over(self.stage, name, kinds, **when), told)

    def at_once(self, frames, name, kinds="", **when):
        """Runs a stage over all frames, by one process."""
        return self.step(frames | together(lambda _: 0), name, kinds, **when)

    def tell(self, *more):
        """Makes all later stages know the frames."""
        self.told = all_of(*more, self.told) if self.told else all_of(*more)

    def frames(self, pipeline, reconciles):
        """The frames for the last stage."""
        stage = self.stage
        read = (
            pipeline
            | beam.Create(range(self.tasks), reshuffle=True)
            | beam.FlatMap(lambda task: stage.call("map", (), (), "--task", str(task)))
            | beam.Reshuffle()  # what a task has read is kept, and not read again
        )
        facts = self.at_once(read | of("fp"), "facts")
        if reconciles:  # the last stage lays the bill beside the whole log
            return all_of(facts | of("F"), read | of("epx"))
        self.tell(facts)
        partitions = read | of("e") | by_partition()
        answers = self.step(partitions, "answer", "Fq", only="q")
        self.tell(answers)
        routed = self.at_once(read | of("p"), "route", "Fqa", only="q")
        self.tell(routed | of("r"))
        events = all_of(read | of("e"), routed | of("e")) | by_partition()
        self.tell(self.step(events, "measure", "Fr", only="d"))
        surveyed = self.step(events, "survey", "Frm")
        self.tell(self.at_once(surveyed | of("s"), "join", "Frm"))
        left = surveyed | of("l") | by_partition()
        judged = self.step(left, "judge", "FrmS", unless="A")
        again = self.step(events, "judge", "FrmS", only="A")
        return all_of(self.told | of("FrmS"), judged, again, surveyed | of("jw"), read | of("ox"))


def kept(work, kinds):
    """The frames of the kinds in the files of a folder, one by one."""
    for found in FileSystems.match([FileSystems.join(work, "frames*")])[0].metadata_list:
        with FileSystems.open(found.path, "application/octet-stream") as file:
            for kind, _, frame in stages.frames(file):
                if kind in kinds:
                    yield frame


def main():
    parser = argparse.ArgumentParser(description="waudit audit on Beam", epilog=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    stages.arguments(parser)
    parser.add_argument("--work", required=True, help="a new folder for the frames of the last stage, where workers and this process find it")
    before, behind = sys.argv[1:], []
    if "--" in before:
        at = before.index("--")
        before, behind = before[:at], before[at:]
    args, options = parser.parse_known_args(before + behind)
    cloudpickle.register_pickle_by_value(stages)  # workers do not have the file

    run, plan = stages.plan(args)
    if run is None:
        sys.exit(plan)
    stage, reconciles = stages.Stage(args.waudit, args.memory, run), plan["command"] == "reconcile"
    with beam.Pipeline(options=PipelineOptions(options, save_main_session=True)) as pipeline:
        frames = Run(stage, len(plan["tasks"])).frames(pipeline, reconciles)
        frames | fileio.WriteToFiles(args.work, sink=lambda _: Frames(), file_naming=fileio.default_file_naming("frames"))
    told = "F" if reconciles else "FrmS"
    known = (b"".join(kept(args.work, told)),)
    sys.exit(stage.report(known, kept(args.work, "epx" if reconciles else TO_REPORT)))


if __name__ == "__main__":
    main()
