import { X509Certificate } from "node:crypto";
import type { Signer } from "../../../shared/inspection.ts";

const mostSigners = 8;
const entryHeader = 8;
const mostTableBytes = 64 * 1024;
// Bytes that only begin like a certificate cost as much time as one.
const mostTries = 200;
const sequence = Buffer.from("3082", "hex");

/**
 * The certificates that came with the signatures of an EFI program. Whether they signed it, or anybody trusts them,
 * is not looked at.
 * @param whole the program's certificate table (a list of WIN_CERTIFICATE); of a long one the first 64 KiB count
 */
export function signersIn(whole: Buffer): readonly Signer[] {
  const table = whole.subarray(0, mostTableBytes);
  const found = new Map<string, Signer>();
  const tries = { left: mostTries };
  for (let at = 0; at + entryHeader <= table.length && found.size < mostSigners; ) {
    const length = table.readUInt32LE(at);
    if (length < entryHeader) break;
    for (const each of certificatesIn(table.subarray(at + entryHeader, at + length), tries)) {
      if (found.size < mostSigners) found.set(each.fingerprint, each);
    }
    at += Math.ceil(length / 8) * 8;
  }
  return [...found.values()];
}

// A certificate is a DER sequence (30 82, two bytes of length) that begins with another one.
function* certificatesIn(message: Buffer, tries: { left: number }): Generator<Signer> {
  for (let at = message.indexOf(sequence); at >= 0; at = message.indexOf(sequence, at + 1)) {
    const end = at + 4 + (at + 4 <= message.length ? message.readUInt16BE(at + 2) : 0);
    if (end > message.length || !beginsWithBody(message.subarray(at + 4, end))) continue;
    if (tries.left <= 0) return;
    tries.left -= 1;
    const certificate = parse(message.subarray(at, end));
    if (!certificate) continue;
    yield certificate;
    at = end - 1;
  }
}

/**
 * Whether a TBSCertificate begins here: a sequence that ends inside, with a version (`[0]` around an integer) or, in the
 * first version, a serial number. Source: RFC 5280, section 4.1.
 */
function beginsWithBody(bytes: Buffer): boolean {
  if (bytes.length < 16 || bytes[0] !== 0x30) return false;
  const form = bytes[1] ?? 0;
  const header = form === 0x82 ? 4 : form === 0x81 ? 3 : 2;
  const length = form === 0x82 ? bytes.readUInt16BE(2) : form === 0x81 ? (bytes[2] ?? 0) : form;
  if (form > 0x82 || form === 0x80 || header + length > bytes.length) return false;
  const hasVersion = bytes.readUInt32BE(header) === 0xa003_0201;
  return hasVersion || bytes[header] === 0x02;
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
