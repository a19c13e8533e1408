/** A value in DER, the binary form of ASN.1 (ITU-T X.690): where its content lies in the bytes it was read from. */
export interface DerValue {
  readonly tag: number;
  /** Where the value begins, with its tag. */
  readonly from: number;
  /** Where its content begins. */
  readonly start: number;
  readonly end: number;
}

export const derTags = {
  objectId: 0x06,
  octetString: 0x04,
  utcTime: 0x17,
  sequence: 0x30,
  set: 0x31,
  /** [0], constructed. */
  first: 0xa0,
} as const;

/** @throws RangeError when there is no value, or one that reaches behind the end */
export function derValue(bytes: Buffer, from: number): DerValue {
  const tag = bytes.readUInt8(from);
  const short = bytes.readUInt8(from + 1);
  // From 0x80 on it is how many bytes hold the length.
  const wide = short < 0x80 ? 0 : short - 0x80;
  if (wide > 4) throw new RangeError("a length of more than 32 bits");
  const start = from + 2 + wide;
  const end = start + (wide === 0 ? short : bytes.readUIntBE(from + 2, wide));
  if (end > bytes.length) throw new RangeError("a value that is cut short");
  return { tag, from, start, end };
}

/** What a constructed value consists of, in order. */
export function derChildren(bytes: Buffer, { start, end }: DerValue): DerValue[] {
  const children: DerValue[] = [];
  for (let at = start; at < end; ) {
    const child = derValue(bytes, at);
    children.push(child);
    at = child.end;
  }
  return children;
}
