import { type KeyObject, sign } from "node:crypto";
import { open } from "node:fs/promises";
import { type DerValue, derChildren, derTags, derValue } from "./der.ts";
import { clearPeChecksum } from "./peTime.ts";

// 1.2.840.113549.1.9.5
const signingTimeId = Buffer.from("06092a864886f70d010905", "hex");
// The end of 2049: two digits hold no later year.
const latest = 2_524_607_999;
const certificateHeader = 8;

/**
 * Sets the time in the signature of an EFI program, where sbsign leaves that of its run, and signs anew: RSA gives the
 * same signature each time. Nothing that checks the signature looks at the time.
 * Specifications: Windows Authenticode Portable Executable Signature Format; RFC 2315
 * @param seconds since 1970
 * @throws Error when the program is not signed as sbsign does it, which is a defect
 */
export async function setSigningTime(path: string, key: KeyObject, seconds: number): Promise<void> {
  const file = await open(path, "r+");
  try {
    const head = Buffer.alloc(4096);
    await file.read(head, 0, head.length, 0);
    const { offset, size } = certificateTable(head);
    const table = Buffer.alloc(size);
    await file.read(table, 0, size, offset);
    resign(table.subarray(certificateHeader, table.readUInt32LE(0)), key, seconds);
    await file.write(table, 0, size, offset);
  } finally {
    await file.close();
  }
  await clearPeChecksum(path);
}

/** Where the signatures lie in the file (the fifth entry of the data directory). */
function certificateTable(head: Buffer): { readonly offset: number; readonly size: number } {
  const optional = head.readUInt32LE(0x3c) + 24;
  const directory = optional + (head.readUInt16LE(optional) === 0x20b ? 112 : 96);
  return { offset: head.readUInt32LE(directory + 32), size: head.readUInt32LE(directory + 36) };
}

function resign(bytes: Buffer, key: KeyObject, seconds: number): void {
  const { attributes, signature } = signerOf(bytes);
  const named = attributes.end - attributes.start;
  const id = bytes.subarray(attributes.start, attributes.end).indexOf(signingTimeId);
  if (id < 0 || named === 0) throw new Error("The signature has no time.");
  const time = derValue(bytes, derValue(bytes, attributes.start + id + signingTimeId.length).start);
  if (time.tag !== derTags.utcTime) throw new Error("The time of the signature is not a UTCTime.");
  bytes.write(utcTime(seconds), time.start, time.end - time.start, "latin1");
  // Signed is a set of attributes, whose tag stands in for the one in the file.
  const signed = Buffer.from(bytes.subarray(attributes.from, attributes.end));
  signed[0] = derTags.set;
  const made = sign("sha256", signed, key);
  if (made.length !== signature.end - signature.start) throw new Error("The signature has another length.");
  made.copy(bytes, signature.start);
}

/** The signed attributes and the signature of the only signer: ContentInfo, [0], SignedData, last of all the signers. */
function signerOf(bytes: Buffer): { readonly attributes: DerValue; readonly signature: DerValue } {
  const content = derChildren(bytes, derValue(bytes, 0)).at(-1);
  const data = content && derChildren(bytes, content)[0];
  const signers = data && derChildren(bytes, data).at(-1);
  const signer = signers && derChildren(bytes, signers)[0];
  const fields = signer ? derChildren(bytes, signer) : [];
  const attributes = fields.find(({ tag }) => tag === derTags.first);
  const signature = fields.find(({ tag }) => tag === derTags.octetString);
  if (!attributes || !signature) throw new Error("The signature has no signer.");
  return { attributes, signature };
}

/** YYMMDDhhmmssZ */
function utcTime(seconds: number): string {
  const text = new Date(Math.min(seconds, latest) * 1000).toISOString();
  return `${text.slice(2, 19).replaceAll(/[-T:]/g, "")}Z`;
}
