"""Writes the Parquet files that the tests beside this folder read. Needs pyarrow; run in this folder."""

import datetime as dt

import pyarrow as pa
import pyarrow.parquet as pq

DAYS = [dt.date(2012, 1, 3), dt.date(2012, 1, 4), dt.date(2012, 1, 5)]

TYPES = pa.table({
    "day": pa.array(DAYS, pa.date32()),
    "time": pa.array([dt.datetime(2012, 1, 3, 9, 30, s, 250_000) for s in range(3)], pa.timestamp("us")),
    "price": pa.array([325.25, None, 329.83], pa.float64()),
    "float": pa.array([0.5, float("nan"), -2.0], pa.float32()),
    "volume": pa.array([7380500, 5749400, 2**53 - 1], pa.int64()),
    "small": pa.array([1, 2, 255], pa.uint8()),
    "cents": pa.array([1, 250, -75], pa.int64()).cast(pa.decimal128(21, 2)),
    "open": pa.array([True, None, False]),
    "name": pa.array(["Hà Nội", "", None]),
})

pq.write_table(TYPES, "types.parquet", compression="zstd", row_group_size=2)
for codec in ["none", "snappy", "gzip", "brotli", "lz4"]:
    pq.write_table(TYPES.select(["day", "volume"]), f"{codec}.parquet", compression=codec)
pq.write_table(pa.table({"id": pa.array([1, 2**53 + 1], pa.int64())}), "big-integer.parquet")
pq.write_table(pa.table({"id": [1, 2], "list": [[1, 2], [3]], "bytes": [{"a": 1}, {"a": 2}]}), "nested.parquet")
pq.write_table(pa.table({"id": pa.array([], pa.int64())}), "no-rows.parquet")
