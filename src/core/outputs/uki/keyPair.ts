import { createPrivateKey, type KeyObject, X509Certificate } from "node:crypto";
import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import type { Failure } from "../../failure.ts";
import type { OutputContext } from "../output.ts";
import type { UkiParameters } from "../uki.ts";

type Sign = NonNullable<UkiParameters["sign"]>;

/** A person's key for Secure Boot, checked. */
export interface KeyPair {
  readonly keyPath: string;
  readonly certificatePath: string;
  readonly key: KeyObject;
}

/**
 * Reads the key and its certificate.
 * @throws Failure `signing-failed`, at what is wrong: no key, one with a password, no certificate, that of another key
 */
export async function readKeyPair(given: Sign, context: OutputContext): Promise<KeyPair> {
  const keyPath = resolve(context.baseDir, given.key);
  const certificatePath = resolve(context.baseDir, given.certificate);
  const key = privateKey(await readFile(keyPath), given, context);
  const certificate = certificateOf(await readFile(certificatePath, "latin1"), given, context);
  if (!certificate.checkPrivateKey(key)) {
    throw refused(context, "certificate", `${given.certificate} is not the certificate of ${given.key}.`, {
      advice: "Name the certificate that was made with this key, or the key that it was made with.",
    });
  }
  return { keyPath, certificatePath, key };
}

function privateKey(pem: Buffer, given: Sign, context: OutputContext): KeyObject {
  try {
    return createPrivateKey(pem);
  } catch (cause) {
    const isLocked = pem.includes("ENCRYPTED");
    const what = isLocked ? "has a password" : "is no private key";
    throw refused(context, "key", `The image cannot be signed: ${given.key} ${what}.`, {
      advice: isLocked
        ? `Take the password off, and keep the new file to yourself: openssl pkey -in ${given.key} -out plain.key`
        : "Name a file that begins with -----BEGIN PRIVATE KEY----- (PEM).",
      cause,
    });
  }
}

function certificateOf(pem: string, given: Sign, context: OutputContext): X509Certificate {
  try {
    // Node also reads DER, which sbsign does not.
    if (!pem.includes("-----BEGIN CERTIFICATE-----")) throw new Error("not PEM");
    return new X509Certificate(pem);
  } catch (cause) {
    const what = `${given.certificate} is no certificate in PEM`;
    throw refused(context, "certificate", `The image cannot be signed: ${what}.`, {
      advice:
        "Name a file that begins with -----BEGIN CERTIFICATE-----. From DER one is made by: " +
        `openssl x509 -inform der -in ${given.certificate} -out db.crt`,
      cause,
    });
  }
}

function refused(
  context: OutputContext,
  field: keyof Sign,
  message: string,
  details: { readonly advice: string; readonly cause?: unknown },
): Failure {
  return context.fail("signing-failed", message, { at: ["sign", field], ...details });
}
