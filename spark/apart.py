#!/usr/bin/env python3
"""Reads files of frames and appends each frame to the file of its kind in a folder; those of
events, and of pairs that are left to be judged, to the file of their partition.

    spark/apart.py FOLDER FILE...
"""

import os
import struct
import sys

names = {"e": "events/", "p": "pending", "f": "facts", "F": "log", "q": "question", "a": "answer", "r": "routing",
         "x": "beside", "o": "beside", "w": "beside", "d": "damaged", "m": "measured",
         "s": "surveyed", "l": "left/", "S": "survey", "A": "again", "j": "judged",
         "D": "judged"}
for name in ("events", "left"):
    os.makedirs(f"{sys.argv[1]}/{name}", exist_ok=True)
for path in sys.argv[2:]:
    with open(path, "rb") as f:
        while head := f.read(10):
            kind, _, key, length = struct.unpack("<BBII", head)
            name = names[chr(kind)] + (str(key) if chr(kind) in "el" else "")
            with open(f"{sys.argv[1]}/{name}", "ab") as to:
                to.write(head + f.read(length))
