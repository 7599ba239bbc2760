"""Runs a query of this folder over a log and prints how long it took."""
import pathlib
import sys
import time

import duckdb

name, log, threads, tmp = sys.argv[1:5]
db = duckdb.connect()
db.execute(f"set threads = {int(threads)}")
db.execute(f"set temp_directory = '{tmp}'")
query = pathlib.Path(__file__).with_name(name).read_text()
start, processor = time.monotonic(), time.process_time()
found = db.execute(query, {"log": log}).fetchone()[0]
print(found, "found")
print("processor", time.process_time() - processor)
print("seconds", time.monotonic() - start)
