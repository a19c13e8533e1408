/** Whether two sources give the same bytes, however they are cut; stops at the first difference. */
export async function sameBytes(
  left: AsyncIterable<Uint8Array>,
  right: AsyncIterable<Uint8Array>,
): Promise<boolean> {
  const others = right[Symbol.asyncIterator]();
  let other: Buffer = Buffer.alloc(0);
  try {
    for await (const piece of left) {
      for (let at = 0; at < piece.length; ) {
        if (other.length === 0) {
          const next = await others.next();
          if (next.done === true) return false;
          other = Buffer.from(next.value.buffer, next.value.byteOffset, next.value.byteLength);
        }
        const length = Math.min(piece.length - at, other.length);
        if (other.compare(piece, at, at + length, 0, length) !== 0) return false;
        at += length;
        other = other.subarray(length);
      }
    }
    if (other.length > 0) return false;
    for (let next = await others.next(); next.done !== true; next = await others.next()) {
      if (next.value.length > 0) return false;
    }
    return true;
  } finally {
    await others.return?.();
  }
}
