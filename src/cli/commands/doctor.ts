import { doctor as examine } from "../../core/host/doctor.ts";
import { installMissing } from "../../core/host/install.ts";
import { openHost } from "../../core/host/openHost.ts";
import { probeAccelerator } from "../../core/machine/accelerator.ts";
import type { CommonOptions } from "../commonOptions.ts";
import { writeJson } from "../json.ts";
import { paint } from "../paint.ts";
import { interruption } from "../runCommand.ts";

const colours = { ok: "green", missing: "red", note: "yellow" } as const;

/** `whittle doctor`: each tool and ability, what it is for, and the cure when it is missing. Exit code 1 when one is. */
export async function doctor(options: CommonOptions & { readonly install?: true }): Promise<number> {
  const signal = interruption.signal;
  if (options.install)
    await installMissing(openHost(), { signal, onLine: line => process.stderr.write(`${line}\n`) });
  const report = await examine(openHost(), { signal, probe: probeAccelerator });
  if (options.json) writeJson({ result: "doctor", ...report });
  else {
    for (const check of report.checks) {
      process.stdout.write(
        `${paint(process.stdout, colours[check.state], check.state.padEnd(7))}  ${belowItself(check.text)}\n`,
      );
      if (check.cure) process.stdout.write(`         ${belowItself(check.cure)}\n`);
    }
  }
  return report.checks.every(check => check.ok) ? 0 : 1;
}

// Further lines of a text, as a tool's own message may bring, stand below its first one.
function belowItself(text: string): string {
  return text.replaceAll("\n", "\n         ");
}
