import { join, resolve } from "node:path";
import { Failure } from "../../failure.ts";
import { runTool } from "../../host/runTool.ts";
import type { OutputContext } from "../output.ts";
import type { UkiParameters } from "../uki.ts";

/**
 * Signs an EFI program for Secure Boot.
 * @returns path of the signed program in `folder`
 * @throws Failure `signing-failed` at the parameter
 */
export async function signImage(
  path: string,
  { key, certificate }: NonNullable<UkiParameters["sign"]>,
  folder: string,
  context: OutputContext,
): Promise<string> {
  const { host, signal, baseDir } = context;
  const signed = join(folder, "signed.efi");
  const keys = ["--key", resolve(baseDir, key), "--cert", resolve(baseDir, certificate)];
  try {
    await runTool(host, "sbsign", [...keys, "--output", signed, path], { signal });
  } catch (error) {
    if (!(error instanceof Failure) || error.code !== "tool-failed") throw error;
    throw context.fail("signing-failed", `The image cannot be signed. ${error.message}`, {
      at: ["sign"],
      advice:
        "key and certificate must be PEM files that belong together; a key with a password cannot be used.",
      cause: error,
    });
  }
  return signed;
}
