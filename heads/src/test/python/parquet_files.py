#!/usr/bin/env python3
"""Writes the Parquet files of the tests, ../resources/dev/verhulst/heads/*.parquet, with Apache Arrow.

  breast_cancer.parquet   the rows of breast_cancer.csv: some columns plain, some with a dictionary, two row groups, Snappy
  digits.parquet          those of digits.csv: integers with dictionaries, three row groups, gzip
  types.parquet           a column of each type that holds numbers, with a label of each type that labels may have
  nulls.parquet           three rows, of which the second lacks a feature and the third a label
  pages.parquet           several pages in a column, with the index of where they are
  text.parquet            a column of strings beside one of numbers
  dates.parquet           a column of dates
  lists.parquet           a column of lists
  zstd.parquet            compressed by a codec that is not read
  no_rows.parquet         columns without rows
  no_columns.parquet      neither
  many_rows.parquet       two million rows in a few kilobytes

The same Arrow writes the same bytes. Needs python3 with pyarrow (tested with 25.0.1); the build does not.
"""

import datetime
import pathlib

import pyarrow as pa
from pyarrow import csv, parquet

DIRECTORY = pathlib.Path(__file__).resolve().parent.parent / "resources" / "dev" / "verhulst" / "heads"


def write(name, table, **options):
    parquet.write_table(table, DIRECTORY / f"{name}.parquet", store_schema=False, **options)


def of_csv(name):
    return csv.read_csv(DIRECTORY / f"{name}.csv")


def breast_cancer():
    table = of_csv("breast_cancer")
    table = table.set_column(table.schema.get_field_index("label"), "label", table["label"].cast(pa.int32()))
    dictionaries = [name for name in table.column_names if name not in ("x0", "x1", "x2")]
    write("breast_cancer", table, row_group_size=300, compression="snappy", use_dictionary=dictionaries)


def digits():
    table = of_csv("digits")
    types = [pa.uint8(), pa.int32(), pa.int64(), pa.int16()]
    columns = [column.cast(types[i % len(types)]) for i, column in enumerate(table.columns)]
    write("digits", pa.table(columns, table.column_names), row_group_size=700, compression="gzip")


def types():
    labels = [0, 1, 0, 1, 0, 1]
    unsigned = 2**32 - 1
    write(
        "types",
        pa.table({
            "float": pa.array([0.5, 1.5, -2.5, 3.25, 4, 5], pa.float32()),
            "double": pa.array([0.1, 1e30, -2e-300, 3, 4, 5], pa.float64()),
            "int32": pa.array([0, -1, 2**31 - 1, -(2**31), 4, 5], pa.int32()),
            "int64": pa.array([0, -1, 2**53, -(2**53), 4, 5], pa.int64()),
            "uint32": pa.array([0, 1, unsigned, unsigned - 1, 4, 5], pa.uint32()),
            "uint64": pa.array([0, 1, 2**63, 3, 4, 5], pa.uint64()),
            "boolean": pa.array([True, False, False, True, True, False]),
            "label_int32": pa.array(labels, pa.int32()),
            "label_int64": pa.array(labels, pa.int64()),
            "label_float": pa.array(labels, pa.float32()),
            "label_double": pa.array(labels, pa.float64()),
            "label_boolean": pa.array([label == 1 for label in labels]),
        }),
        row_group_size=4,
        compression="none",
        use_dictionary=["int32", "int64", "float"],
    )


def small():
    label = pa.array([0, 1, 0], pa.int32())
    number = pa.array([1.0, 2.0, 3.0])
    write("nulls", pa.table({"a": pa.array([1.0, None, 3.0]), "b": number, "label": label,
                             "other": pa.array([0, 1, None], pa.int32())}), row_group_size=2)
    write("text", pa.table({"a": number, "city": pa.array(["Basel", "Bern", "Chur"]), "label": label}))
    write("pages", pa.table({"a": pa.array([i / 7 if i % 5 else None for i in range(600)]),
                             "label": pa.array([i % 2 for i in range(600)], pa.int32())}),
          write_page_index=True, write_page_checksum=True, data_page_version="2.0", use_dictionary=["label"],
          data_page_size=256, write_batch_size=50, row_group_size=400)
    day = datetime.date(2026, 1, 1)
    write("dates", pa.table({"a": number, "day": pa.array([day] * 3), "label": label}))
    write("lists", pa.table({"a": number, "several": pa.array([[1.0], [2.0, 3.0], []]), "label": label}))
    write("zstd", pa.table({"a": number, "label": label}), compression="zstd")
    write("no_rows", pa.table({"a": number, "label": label}).slice(0, 0))
    write("no_columns", pa.table({}))


def many_rows():
    rows = 2_000_000
    labels = pa.array([False, True] * (rows // 2))
    write("many_rows", pa.table({"a": pa.array([1.5, 2.5] * (rows // 2), pa.float32()), "label": labels}),
          compression="gzip", row_group_size=1_000_000)


breast_cancer()
digits()
types()
small()
many_rows()
