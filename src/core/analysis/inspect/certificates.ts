import { X509Certificate } from "node:crypto";
import type { Signer } from "../../../shared/inspection.ts";

const mostSigners = 8;
const entryHeader = 8;

/**
 * The certificates that came with the signatures of an EFI program. Whether they signed it, or anybody trusts them,
 * is not looked at.
 * @param table the program's certificate table (a list of WIN_CERTIFICATE)
 */
export function signersIn(table: Buffer): readonly Signer[] {
  const found = new Map<string, Signer>();
  for (let at = 0; at + entryHeader <= table.length && found.size < mostSigners; ) {
    const length = table.readUInt32LE(at);
    if (length < entryHeader) break;
    for (const each of certificatesIn(table.subarray(at + entryHeader, at + length))) {
      if (found.size < mostSigners) found.set(each.fingerprint, each);
    }
    at += Math.ceil(length / 8) * 8;
  }
  return [...found.values()];
}

// A certificate is a DER sequence (30 82, two bytes of length) that begins with another one.
function* certificatesIn(message: Buffer): Generator<Signer> {
  for (let at = message.indexOf("3082", 0, "hex"); at >= 0; at = message.indexOf("3082", at + 1, "hex")) {
    const end = at + 4 + (at + 4 <= message.length ? message.readUInt16BE(at + 2) : 0);
    if (end > message.length || message[at + 4] !== 0x30) continue;
    const certificate = parse(message.subarray(at, end));
    if (!certificate) continue;
    yield certificate;
    at = end - 1;
  }
}

function parse(der: Buffer): Signer | undefined {
  try {
    const { subject, issuer, validTo, fingerprint256 } = new X509Certificate(der);
    const line = (name: string): string => name.split("\n").join(", ");
    return { subject: line(subject), issuer: line(issuer), validTo, fingerprint: fingerprint256 };
  } catch {
    return undefined;
  }
}
