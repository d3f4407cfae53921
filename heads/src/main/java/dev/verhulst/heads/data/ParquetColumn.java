package dev.verhulst.heads.data;

import dev.hardwood.metadata.LogicalType;
import dev.hardwood.metadata.PhysicalType;
import dev.hardwood.reader.ColumnReader;
import dev.hardwood.reader.Validity;
import dev.hardwood.schema.ColumnSchema;
import org.jspecify.annotations.Nullable;

/**
 * A column of a Parquet file that holds numbers: one for each row, or none.
 *
 * @param schema what the file says of it
 */
record ParquetColumn(ColumnSchema schema) {

  /**
   * @throws IllegalArgumentException where its values are no numbers
   */
  ParquetColumn {
    if (schema.maxRepetitionLevel() > 0 || schema.fieldPath().elements().size() > 1) {
      throw new IllegalArgumentException(
          "column '%s' is nested, or a list; expected one number in each row"
              .formatted(schema.fieldPath()));
    }
    if (!isNumber(schema.type(), schema.logicalType())) {
      throw new IllegalArgumentException(
          "column '%s' is of the type %s; expected FLOAT, DOUBLE, INT32, INT64 or BOOLEAN: write the file without it, or with numbers in its place"
              .formatted(
                  schema.name(),
                  schema.logicalType() == null
                      ? schema.type()
                      : "%s (%s)".formatted(schema.type(), schema.logicalType())));
    }
  }

  private static boolean isNumber(PhysicalType type, @Nullable LogicalType logicalType) {
    return switch (type) {
      case BOOLEAN, FLOAT, DOUBLE -> true;
      // Among the others are dates, times, and decimals without their point.
      case INT32, INT64 -> logicalType == null || logicalType instanceof LogicalType.IntType;
      case INT96, BYTE_ARRAY, FIXED_LEN_BYTE_ARRAY -> false;
    };
  }

  String name() {
    return schema.name();
  }

  /**
   * Copies the rows that a reader is at into a column of a table, NaN where there is none.
   *
   * @param firstRow the row of the table that the first goes to
   */
  void copyBatch(ColumnReader reader, double[][] table, int firstRow, int column) {
    int count = reader.getRecordCount();
    switch (schema.type()) {
      case DOUBLE -> {
        double[] values = reader.getDoubles();
        for (int i = 0; i < count; i++) {
          table[firstRow + i][column] = values[i];
        }
      }
      case FLOAT -> {
        float[] values = reader.getFloats();
        for (int i = 0; i < count; i++) {
          table[firstRow + i][column] = values[i];
        }
      }
      case INT32 -> {
        int[] values = reader.getInts();
        for (int i = 0; i < count; i++) {
          table[firstRow + i][column] =
              isUnsigned() ? Integer.toUnsignedLong(values[i]) : values[i];
        }
      }
      case INT64 -> {
        long[] values = reader.getLongs();
        for (int i = 0; i < count; i++) {
          table[firstRow + i][column] = isUnsigned() ? unsigned(values[i]) : values[i];
        }
      }
      case BOOLEAN -> {
        boolean[] values = reader.getBooleans();
        for (int i = 0; i < count; i++) {
          table[firstRow + i][column] = values[i] ? 1 : 0;
        }
      }
      case INT96, BYTE_ARRAY, FIXED_LEN_BYTE_ARRAY ->
          throw new IllegalStateException("this is a bug: a column of " + schema.type());
    }
    Validity validity = reader.getLeafValidity();
    if (validity.hasNulls()) {
      for (int i = 0; i < count; i++) {
        if (validity.isNull(i)) {
          table[firstRow + i][column] = Double.NaN;
        }
      }
    }
  }

  private boolean isUnsigned() {
    return schema.logicalType() instanceof LogicalType.IntType type && !type.isSigned();
  }

  private static double unsigned(long value) {
    // The lowest bit is kept by the half, so that both round alike.
    return value >= 0 ? value : ((value >>> 1) | (value & 1)) * 2.0;
  }
}
