"""Runs bench/query.sql over a log and prints how long the query took."""
import pathlib
import sys
import time

import duckdb

log, threads, tmp = sys.argv[1:4]
db = duckdb.connect()
db.execute(f"set threads = {int(threads)}")
db.execute(f"set temp_directory = '{tmp}'")
query = pathlib.Path(__file__).with_name("query.sql").read_text()
start, processor = time.monotonic(), time.process_time()
found = db.execute(query, {"log": log}).fetchone()[0]
print(found, "found")
print("processor", time.process_time() - processor)
print("seconds", time.monotonic() - start)
