const units = ["B", "KiB", "MiB", "GiB", "TiB"] as const;

export interface ByteMarks {
  /** Bytes from one mark to the next. */
  readonly step: number;
  /** A mark in words, in the unit of the whole axis: `0`, `0.5 MiB`, `−2 MiB`. */
  format(bytes: number): string;
}

/** The marks of an axis that covers `range` bytes: about five, round in the binary unit that is read there. */
export function byteMarks(range: number): ByteMarks {
  const wanted = Math.max(range, 1) / 5;
  const power = Math.min(units.length - 1, Math.floor(Math.log2(Math.max(range, 1)) / 10));
  const unit = 1024 ** power;
  const decade = 10 ** Math.floor(Math.log10(wanted / unit));
  const factor = [1, 2, 5, 10].find(each => each * decade * unit >= wanted) ?? 10;
  return {
    // Half a byte is no mark.
    step: Math.max(1, factor * decade * unit),
    format(bytes) {
      if (bytes === 0) return "0";
      return `${Number((bytes / unit).toFixed(2))} ${units[power]}`.replace("-", "−");
    },
  };
}
