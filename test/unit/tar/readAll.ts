import { readTar, type TarMember } from "../../../src/core/tree/tarRead.ts";
import { inChunks } from "./tarBytes.ts";

export interface ReadMember extends Omit<TarMember, "content"> {
  readonly text: string;
}

/** Reads a tar to its end, contents included. */
export async function readAll(bytes: Uint8Array, chunkSize?: number): Promise<ReadMember[]> {
  const members: ReadMember[] = [];
  for await (const { content, ...member } of readTar(
    inChunks(bytes, chunkSize),
    new AbortController().signal,
  )) {
    const pieces: Uint8Array[] = [];
    for await (const piece of content) pieces.push(piece);
    members.push({ ...member, text: Buffer.concat(pieces).toString("latin1") });
  }
  return members;
}
