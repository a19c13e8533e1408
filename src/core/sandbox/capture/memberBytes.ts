import type { TarMember } from "../../tree/tarReadMember.ts";

const blockBytes = 64 * 1024;
const zeros = Buffer.alloc(blockBytes);

/** All bytes of a member, holes as zeros. */
export async function* expanded(member: TarMember): AsyncGenerator<Uint8Array> {
  if (!member.runs) {
    yield* member.content;
    return;
  }
  // Runs come back to back: what is left of the current one decides when the next hole is due.
  const runs = member.runs.values();
  let position = 0;
  let run = runs.next().value;
  for await (const chunk of member.content) {
    for (let at = 0; at < chunk.length && run; ) {
      const [offset, length] = run;
      yield* hole(offset - position);
      position = Math.max(position, offset);
      const piece = chunk.subarray(at, at + offset + length - position);
      yield piece;
      at += piece.length;
      position += piece.length;
      if (position === offset + length) run = runs.next().value;
    }
  }
  yield* hole(member.size - position);
}

/** The same bytes in pieces of 64 KiB, each only valid until the next one; the last may be shorter. */
export async function* inBlocks(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const block = Buffer.allocUnsafe(blockBytes);
  let filled = 0;
  for await (const chunk of source) {
    for (let at = 0; at < chunk.length; ) {
      const piece = chunk.subarray(at, at + blockBytes - filled);
      block.set(piece, filled);
      at += piece.length;
      filled += piece.length;
      if (filled < blockBytes) continue;
      yield block;
      filled = 0;
    }
  }
  if (filled > 0) yield block.subarray(0, filled);
}

/** For pieces of inBlocks(). */
export function isZero(piece: Uint8Array): boolean {
  return zeros.compare(piece, 0, piece.length, 0, piece.length) === 0;
}

function* hole(length: number): Generator<Uint8Array> {
  for (let left = length; left > 0; left -= blockBytes) {
    yield zeros.subarray(0, Math.min(left, blockBytes));
  }
}
