"""Makes tables of a log, and asks DuckDB for their columns: prints how long that took."""
import pathlib
import sys
import time

import duckdb

COLUMNS = """event timestamp waba_id phone_number_id wa_id user_id group_id participant_id message_id message_type conversation_id
conversation_origin conversation_expiration billable pricing_model pricing_type pricing_category error_code referral_source_type
amount currency line_id""".split()


def source(path):
    if path.endswith(".csv"):
        return f"read_csv('{path}', all_varchar = true)"
    if not path.endswith(".parquet"):
        path += "/*.parquet"
    return f"read_parquet('{path}')"


def convert(folder):
    db = duckdb.connect()
    spec = "{" + ",".join(f"'{c}': 'VARCHAR'" for c in COLUMNS) + "}"
    db.execute(f"create table t as select * from read_json('{folder}/log.ndjson', format = 'newline_delimited', columns = {spec})")
    db.execute(f"copy t to '{folder}/log.csv' (header)")
    db.execute(f"copy t to '{folder}/log.parquet' (format parquet)")


def user(folder):
    db = duckdb.connect()
    found = db.execute(f"select wa_id from {source(folder + '/ledger')} where wa_id is not null group by 1 order by count(*) desc, 1 limit 1").fetchone()
    print(found[0])


def timed(threads, query):
    db = duckdb.connect()
    db.execute(f"set threads = {int(threads)}")
    start, processor = time.monotonic(), time.process_time()
    db.execute(query).fetchall()
    print("processor", time.process_time() - processor)
    print("seconds", time.monotonic() - start)


def aggregate(path, threads):
    names = [row[0] for row in duckdb.connect().execute(f"describe select * from {source(path)}").fetchall()]
    timed(threads, "select count(*), " + ", ".join(f'max("{n}") is null' for n in names) + f" from {source(path)}")


def lookup(path, threads, wa_id):
    timed(threads, f"select message_id, event, pricing_type, billable from {source(path)} where wa_id = '{wa_id}'")


if __name__ == "__main__":
    command, *args = sys.argv[1:]
    {"convert": convert, "user": user, "aggregate": aggregate, "lookup": lookup}[command](*args)
