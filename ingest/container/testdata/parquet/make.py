"""Makes the Parquet files of this folder, and beside each what pyarrow reads in it.

    python make.py

needs pyarrow and duckdb. A file NAME.parquet comes with NAME.json: its columns,
and its rows as waudit has to read them, each cell as [kind, value]. Files that
hold the same, FLAT-HOW.parquet, share FLAT.json.
"""

import datetime as dt
import decimal
import json
import pathlib
import random
import struct
import uuid

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

HERE = pathlib.Path(__file__).parent
UTC = dt.timezone.utc
EPOCH = dt.datetime(1970, 1, 1, tzinfo=UTC)


def flat_row(i):
    """A row of the flat record."""
    event = ["sent", "delivered", "read", "inbound"][i % 4]
    return {
        "event": event,
        "timestamp": EPOCH + dt.timedelta(seconds=1_760_000_000 + 7 * i, milliseconds=i % 1000),
        "waba_id": "100200300400500",
        "phone_number_id": "200300400500600",
        "wa_id": f"1555{i * 7919 % 10_000_000:07d}",
        "user_id": None if i % 3 else f"US.{900_000 + i}",
        "message_id": f"wamid.T{i:06d}",
        "template_name": None if i % 5 == 0 else f"template_{i % 6}",
        "billable": None if i % 4 == 3 else i % 2 == 0,
        "amount": None if i % 7 else decimal.Decimal(i).scaleb(-4),
        "error_code": None,
        "unused": i * 0.5,
    }


FLAT = pa.schema([
    ("event", pa.string()), ("timestamp", pa.timestamp("ms", tz="UTC")),
    pa.field("waba_id", pa.string(), nullable=False), ("phone_number_id", pa.string()), ("wa_id", pa.string()),
    ("user_id", pa.string()), ("message_id", pa.string()), ("template_name", pa.string()), ("billable", pa.bool_()),
    ("amount", pa.decimal128(18, 4)), ("error_code", pa.string()), ("unused", pa.float64()),
])


def flat_table(n):
    return pa.Table.from_pylist([flat_row(i) for i in range(n)], schema=FLAT)


def types_table():
    utc = dt.datetime(2025, 8, 4, 2, 0, 0, 123456, UTC)
    early = dt.datetime(1969, 12, 31, 23, 59, 59, 999500, UTC)
    naive, day = dt.datetime(2025, 8, 4, 2, 0, 0, 120000), dt.date(2025, 8, 4)
    d = decimal.Decimal
    columns = {
        "int8": ([-128, 127, None, 1], pa.int8()),
        "int16": ([-32768, 32767, None, 1], pa.int16()),
        "int32": ([-(2**31), 2**31 - 1, None, 1], pa.int32()),
        "int64": ([-(2**63), 2**63 - 1, None, 1], pa.int64()),
        "uint8": ([0, 255, None, 1], pa.uint8()),
        "uint16": ([0, 65535, None, 1], pa.uint16()),
        "uint32": ([0, 2**32 - 1, None, 1], pa.uint32()),
        "uint64": ([0, 2**64 - 1, None, 2**63 - 1], pa.uint64()),
        "bool": ([True, False, None, True], pa.bool_()),
        "half": ([1.5, -0.000061035156, None, 65504.0], pa.float16()),
        "float": ([1.5, 0.1, None, 3.4e38], pa.float32()),
        "double": ([15551230001.0, 0.1, None, 1e300], pa.float64()),
        "string": (["", "é\"\\\n", None, "plain"], pa.string()),
        "binary": ([b"", b"abc", None, b"x" * 40], pa.binary()),
        "fixed": ([b"abcd", b"efgh", None, b"ijkl"], pa.binary(4)),
        "date": ([day, dt.date(1969, 12, 31), None, day], pa.date32()),
        "ms": ([utc, early, None, utc], pa.timestamp("ms", tz="UTC")),
        "us": ([utc, early, None, utc], pa.timestamp("us", tz="UTC")),
        "ns": ([utc, early, None, utc], pa.timestamp("ns", tz="UTC")),
        "local": ([naive, None, naive, naive], pa.timestamp("us")),
        "time_ms": ([dt.time(1, 2, 3, 4000), None, None, dt.time(23)], pa.time32("ms")),
        "time_us": ([dt.time(1, 2, 3, 4), None, None, dt.time(23)], pa.time64("us")),
        "dec9": ([d("1.2345"), d("-0.0001"), None, d("0")], pa.decimal128(9, 4)),
        "dec18": ([d("12345678901.2345"), d("-0.0001"), None, d("0")], pa.decimal128(18, 4)),
        "dec38": ([d("12345678901234567890.123456"), d("-5.5"), None, d("0")], pa.decimal128(38, 6)),
        "dec_fine": ([d("0.000000000001"), d("-1.5"), None, d("0")], pa.decimal128(18, 12)),
    }
    utc_ms = pa.array([None if v is None else (v - EPOCH) // dt.timedelta(milliseconds=1) for v in columns["ms"][0]])
    columns["ms"] = (utc_ms.cast(pa.timestamp("ms", tz="UTC")), pa.timestamp("ms", tz="UTC"))
    return pa.table({name: pa.array(values, type=typ) for name, (values, typ) in columns.items()})


WEBHOOKS = [
    {"object": "whatsapp_business_account", "entry": [{"id": "100200300400500", "changes": [
        {"field": "messages", "value": {"messaging_product": "whatsapp", "metadata": {"phone_number_id": "200300400500600"},
                                        "statuses": [{"id": "wamid.T1", "status": "sent", "timestamp": "1760000000",
                                                      "recipient_id": "15550000001"},
                                                     {"id": "wamid.T1", "status": "delivered", "timestamp": "1760000002",
                                                      "pricing": {"billable": True, "pricing_model": "PMP"}}]}}]}]},
    {"object": "whatsapp_business_account", "entry": []},
    {"object": "whatsapp_business_account", "entry": [
        {"id": "1", "changes": [{"field": "a", "value": {"messaging_product": "w"}}, {"field": "b", "value": {}}]},
        {"id": "2", "changes": []},
        {"id": "3"},
        {"id": "4", "changes": [{"field": "c \"quoted\"", "value": {"statuses": []}}]}]},
    {"object": "whatsapp_business_account"},
    {},
]

STATUS = pa.struct([("id", pa.string()), ("status", pa.string()), ("timestamp", pa.string()), ("recipient_id", pa.string()),
                    ("pricing", pa.struct([("billable", pa.bool_()), ("pricing_model", pa.string())]))])
WEBHOOK = pa.schema([
    ("object", pa.string()),
    ("entry", pa.list_(pa.struct([
        ("id", pa.string()),
        ("changes", pa.list_(pa.struct([
            ("field", pa.string()),
            ("value", pa.struct([
                ("messaging_product", pa.string()),
                ("metadata", pa.struct([("phone_number_id", pa.string())])),
                ("statuses", pa.list_(STATUS)),
            ])),
        ]))),
    ]))),
])


def nested_table():
    return pa.table({
        "ints": pa.array([[1, None, 3], [], None, [4]], type=pa.list_(pa.int64())),
        "deep": pa.array([[[1], []], [None], [], [[2, 3], None, [4]]], type=pa.list_(pa.list_(pa.int32()))),
        "map": pa.array([[("a", 1), ("b", None)], [], None, [("é\"", 2)]], type=pa.map_(pa.string(), pa.int64())),
        "keys": pa.array([[(1, ["x"])], [(2, None), (3, [])], None, []], type=pa.map_(pa.int32(), pa.list_(pa.string()))),
        "struct": pa.array([{"a": 1, "b": {"c": "x"}}, {"a": None, "b": None}, None, {"a": 2, "b": {"c": None}}],
                           type=pa.struct([("a", pa.int64()), ("b", pa.struct([("c", pa.string())]))])),
        "when": pa.array([[EPOCH], [None], None, []], type=pa.list_(pa.timestamp("ms", tz="UTC"))),
        "price": pa.array([{"amount": decimal.Decimal("0.0030")}] * 4, type=pa.struct([("amount", pa.decimal128(9, 4))])),
    })


# What waudit has to read.

written = set()

def plain_json(value, typ):
    """A nested value as the JSON that it stands for: members without a value are left out."""
    if value is None:
        return None
    if pa.types.is_map(typ):
        return {(k if isinstance(k, str) else str(k)): plain_json(v, typ.item_type) for k, v in value}
    if pa.types.is_list(typ):
        return [plain_json(v, typ.value_type) for v in value]
    if pa.types.is_struct(typ):
        return {f.name: plain_json(value[f.name], f.type) for f in typ if value[f.name] is not None}
    kind, text = cell(value, typ)
    if kind == "Nano":
        return format(decimal.Decimal(text).scaleb(-9).normalize(), "f")
    if kind == "Time":
        return (EPOCH + dt.timedelta(milliseconds=int(text))).strftime("%Y-%m-%dT%H:%M:%S.") + f"{int(text) % 1000:03d}Z"
    if kind == "Text":
        return text
    return value


def trim(text):
    """A time without the zeros that it does not need."""
    return text.rstrip("0").rstrip(".") if "." in text else text


def shortest32(value):
    """The shortest decimal that is the number in 32 bits."""
    return next(s for s in (f"{value:.{n}g}" for n in range(1, 18)) if struct.pack("f", float(s)) == struct.pack("f", value))


def cell(value, typ):
    """The kind of cell and what it holds, as text."""
    if value is None:
        return ["Null", ""]
    t = pa.types
    if t.is_nested(typ):
        return ["JSON", json.dumps(plain_json(value, typ))]
    if t.is_boolean(typ):
        return ["Bool", "1" if value else "0"]
    if t.is_integer(typ):
        return ["Int" if value < 2**63 else "Text", str(value)]
    if t.is_floating(typ):
        return ["Float", repr(float(value)) if t.is_float64(typ) else shortest32(value)]
    if t.is_timestamp(typ):
        if typ.tz is None:
            return ["Text", trim(value.strftime("%Y-%m-%dT%H:%M:%S.%f"))]
        return ["Time", str((value - EPOCH) // dt.timedelta(milliseconds=1))]
    if t.is_date(typ):
        return ["Text", value.isoformat()]
    if t.is_time(typ):
        return ["Text", trim(value.strftime("%H:%M:%S.%f"))]
    if t.is_decimal(typ):
        nano = value.scaleb(9)
        if nano == nano.to_integral_value() and abs(nano) < 2**63:
            return ["Nano", str(int(nano))]
        return ["Text", format(value, "f")]
    if isinstance(value, uuid.UUID):
        return ["Text", str(value)]
    if isinstance(value, bytes):
        return ["Text", value.decode()]
    return ["Text", str(value)]


def expect(name, tweak=None):
    """Writes what pyarrow reads in the file."""
    decimal.getcontext().prec = 60
    table = pq.ParquetFile(HERE / f"{name}.parquet").read()
    columns = []
    for field, column in zip(table.schema, table.columns):
        typ = field.type
        if pa.types.is_timestamp(typ) and typ.unit == "ns":
            column, typ = column.cast(pa.timestamp("us", typ.tz), safe=False), pa.timestamp("us", typ.tz)
        if pa.types.is_dictionary(typ):
            typ = typ.value_type
        values = column.to_pylist()
        columns.append([(tweak or {}).get(field.name, cell)(v, typ) for v in values])
    rows = [list(r) for r in zip(*columns)]
    lines = ",\n".join(json.dumps(r, ensure_ascii=False) for r in rows)
    text = f'{{"columns": {json.dumps(table.column_names)}, "rows": [\n{lines}\n]}}\n'
    path = HERE / f"{name.split('-')[0]}.json"
    assert path not in written or path.read_text() == text, f"{name} does not hold the same as others of {path}"
    written.add(path)
    path.write_text(text)


def write(name, table, **options):
    pq.write_table(table, HERE / f"{name}.parquet", **options)
    expect(name)


def raw_json(value, _):
    return ["Null", ""] if value is None else ["JSON", value]


def as_utc(value, _):
    return cell(None if value is None else value.replace(tzinfo=UTC), pa.timestamp("us", "UTC"))


def duck(name, query, options, tweak=None):
    duckdb.sql(f"copy ({query}) to '{HERE / name}.parquet' (format parquet, {options})")
    expect(name, tweak)


def main():
    flat = flat_table(60)
    write("flat-v1_snappy", flat, compression="snappy", row_group_size=25, data_page_version="1.0")
    write("flat-v2_zstd", flat, compression="zstd", row_group_size=25, data_page_version="2.0", write_page_checksum=True)
    write("flat-plain_gzip", flat, compression="gzip", use_dictionary=False, data_page_version="1.0")
    write("flat-plain_v2_brotli", flat, compression="brotli", use_dictionary=False, data_page_version="2.0")
    write("flat-lz4", flat, compression="lz4")
    write("flat-none_checksum", flat, compression="none", write_page_checksum=True)
    write("flat_small_pages", flat_table(70), compression="snappy", data_page_size=64, write_batch_size=4)
    write("types", types_table(), compression="snappy")
    write("types-plain", types_table(), compression="none", use_dictionary=False, store_decimal_as_integer=True)
    pq.write_table(types_table().select(["us", "local"]), HERE / "types_int96.parquet", use_deprecated_int96_timestamps=True)
    # pyarrow calls them local, though writers adjust them to UTC.
    expect("types_int96", {"us": as_utc, "local": as_utc})
    encodings = {
        "int32": "DELTA_BINARY_PACKED", "int64": "DELTA_BINARY_PACKED", "uint32": "DELTA_BINARY_PACKED",
        "us": "DELTA_BINARY_PACKED", "string": "DELTA_BYTE_ARRAY", "binary": "DELTA_LENGTH_BYTE_ARRAY",
        "float": "BYTE_STREAM_SPLIT", "double": "BYTE_STREAM_SPLIT", "fixed": "BYTE_STREAM_SPLIT", "dec18": "BYTE_STREAM_SPLIT",
        "bool": "RLE", "date": "BYTE_STREAM_SPLIT",
    }
    for version in ("1.0", "2.0"):
        write(f"encodings-v{version[0]}", types_table().select(list(encodings)), use_dictionary=False,
              column_encoding=encodings, data_page_version=version)
    rng = random.Random(1)
    n = 170
    numbers = pa.table({
        "int32": pa.array([rng.choice([None, rng.getrandbits(31), 5]) for _ in range(n)], type=pa.int32()),
        "int64": pa.array([rng.getrandbits(rng.choice([3, 40, 63])) * rng.choice([1, -1]) for _ in range(n)], type=pa.int64()),
        "us": pa.array([1_760_000_000_000_000 + 1000 * i for i in range(n)], type=pa.timestamp("us", tz="UTC")),
        "string": pa.array([None if i % 11 == 0 else f"wamid.T{i // 3:05d}" for i in range(n)]),
        "binary": pa.array([f"{i}" * (i % 4) for i in range(n)], type=pa.binary()),
    })
    write("deltas", numbers, use_dictionary=False, column_encoding={c: encodings[c] for c in numbers.column_names},
          compression="zstd")
    webhooks = pa.Table.from_pylist(WEBHOOKS, schema=WEBHOOK)
    write("webhook-v1", webhooks, data_page_version="1.0", row_group_size=3)
    write("webhook-v2", webhooks, data_page_version="2.0", compression="zstd")
    write("nested", nested_table())
    write("nested_item", nested_table().select(["ints", "deep"]), use_compliant_nested_type=False)
    write("empty", flat.slice(0, 0))
    write("bloom", flat_table(40).select(["message_id", "timestamp", "wa_id"]), row_group_size=20,
          bloom_filter_options={"message_id": {"ndv": 20, "fpp": 0.01}})

    # Pages of different columns end at different rows. The test knows what is in them.
    n = 22_000
    pq.write_table(pa.table({
        "n": pa.array(range(n), type=pa.int64()),
        "text": pa.array([None if i % 3 == 0 else f"text {i % 7}" for i in range(n)]),
        "list": pa.array([[None] * (i % 3) for i in range(n)], type=pa.list_(pa.int32())),
        "flag": pa.array([None if i // 900 % 2 else i % 3 == 0 for i in range(n)], type=pa.bool_()),
    }), HERE / "stripes.parquet", use_dictionary=["text", "list"], column_encoding={"n": "DELTA_BINARY_PACKED"},
        data_page_version="2.0", data_page_size=1500, compression="zstd", write_batch_size=300, max_rows_per_page=9_000)

    duckdb.sql("set timezone = 'UTC'")
    duckdb.register("flat", flat)
    duck("flat-duckdb", "select * from flat", "row_group_size 2048")
    duck("flat-duckdb_v2", "select * from flat", "parquet_version v2, compression zstd")
    duck("duckdb_types", """
        select i::utinyint as u8, (i * 1000000007)::ubigint as u64, i % 2 = 0 as flag,
               '00000000-0000-0000-0000-00000000000' || i as text, ('00000000-0000-0000-0000-00000000000' || i)::uuid as uuid,
               (['a', 'b', 'c'])[i + 1]::enum('a', 'b', 'c') as enum,
               ('{"n": ' || i || '}')::json as json, (i / 7)::decimal(30, 10) as dec,
               make_timestamptz(2025, 8, 4, 2, i::int, 0.5) as at, date '2025-08-04' + i::int as day,
               {'id': i, 'tags': [i, null]} as nested
        from range(3) t(i)""", "row_group_size 2048", {"json": raw_json})
    (HERE / "webhooks.ndjson").write_text("".join(json.dumps(w) + "\n" for w in WEBHOOKS))
    duck("duckdb_webhook", f"select * from read_json('{HERE / 'webhooks.ndjson'}', sample_size = -1)", "compression snappy")


if __name__ == "__main__":
    main()
