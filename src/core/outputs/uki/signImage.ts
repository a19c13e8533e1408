import { join } from "node:path";
import { Failure } from "../../failure.ts";
import { runTool } from "../../host/runTool.ts";
import type { OutputContext } from "../output.ts";
import type { KeyPair } from "./keyPair.ts";
import { setSigningTime } from "./signingTime.ts";

/**
 * Signs an EFI program for Secure Boot; with an RSA key, the same bytes each time.
 * @returns path of the signed program in `folder`
 * @throws Failure `signing-failed` at the parameter
 */
export async function signImage(
  path: string,
  { keyPath, certificatePath, key }: KeyPair,
  folder: string,
  context: OutputContext,
): Promise<string> {
  const { host, signal, clock } = context;
  const signed = join(folder, "signed.efi");
  const keys = ["--key", keyPath, "--cert", certificatePath];
  try {
    await runTool(host, "sbsign", [...keys, "--output", signed, path], { signal });
  } catch (error) {
    if (!(error instanceof Failure) || error.code !== "tool-failed") throw error;
    throw context.fail("signing-failed", `The image cannot be signed. ${error.message}`, {
      at: ["sign"],
      advice: "Secure Boot takes RSA keys of 2048 bits: openssl req -new -x509 -newkey rsa:2048 -nodes.",
      cause: error,
    });
  }
  if (key.asymmetricKeyType === "rsa") await setSigningTime(signed, key, clock);
  else {
    context.warn(
      `The key is of the kind ${key.asymmetricKeyType ?? "unknown"}, whose signatures differ each time, and so does the image. Firmware knows RSA keys of 2048 bits.`,
      ["sign", "key"],
    );
  }
  return signed;
}
