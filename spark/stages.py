"""What the drivers of spark/ and beam/ share: frames, and processes of `waudit stage`.

Frames are opaque here: an engine brings those of one key together, and knows nothing
of billing.
"""

import json
import os
import struct
import subprocess
import tempfile
import threading

HEAD = "<BBII"  # kind, version, key, length of the data


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

    def report(self, known, data):
        """Writes the report of the frames in data, and returns the exit code of the run."""
        with tempfile.TemporaryDirectory(prefix="waudit-stage-") as folder:
            args = [self.waudit, "stage", "report", "--run", self.file(folder, "run.json", self.run)]
            args += ["--memory", self.memory, "--workers", "0"]
            for i, known_frame in enumerate(known):
                args += ["--with", self.file(folder, f"known{i}", known_frame)]
            p = subprocess.Popen(args, stdin=subprocess.PIPE)
            failed = []
            self.feed(p, data, failed)
            code = p.wait()
            if failed:
                raise failed[0]
            return code


def plan(args):
    """Plans the run: what stages take as --run, and the same as an object; None and an exit code if it cannot be."""
    run = subprocess.run([args.waudit, "stage", "plan", "--partitions", str(args.partitions), *args.audit], stdout=subprocess.PIPE, check=False)
    return (None, run.returncode) if run.returncode else (run.stdout, json.loads(run.stdout))


def arguments(parser):
    """Adds the flags of a driver."""
    parser.add_argument("--waudit", default="waudit", help="the program, on every machine (default: waudit on the PATH)")
    parser.add_argument("--partitions", type=int, default=64, help="parts among which customers are divided")
    parser.add_argument("--memory", default="1GB", help="memory that a process of waudit uses before it spills to disk")
    parser.add_argument("audit", nargs="+", help="flags and paths of waudit audit, behind --; of bill, pack, reconcile or replay behind that word")
