import { basename } from "node:path";
import * as vscode from "vscode";
import { Failure } from "../../core/failure.ts";
import type { FirmwareKind } from "../../core/outputs/output.ts";
import { settings } from "../ids.ts";
import { firmwareName } from "../recipes/firmwareName.ts";
import { abortOn } from "./abortOn.ts";
import type { Parts } from "./registerCommands.ts";
import { requireTrust } from "./targets.ts";

const patienceMs = 60_000;

/**
 * Boots an image file that anybody made, in a machine of its own.
 * @param firmware as asked for; else the person chooses where several can, and else its content says
 */
export async function bootImage(parts: Parts, target: unknown, firmware?: unknown): Promise<void> {
  requireTrust();
  const image = target instanceof vscode.Uri ? target : await askImage();
  if (!image) return;
  const path = image.fsPath;
  const wanted = isFirmware(firmware) ? firmware : await firmwareFor(parts, path);
  if (wanted === undefined) return;
  // Clicked twice, it is booted once.
  const machine = await parts.boots.run(image.toString(), wanted, async signal => {
    const { machineSpecOfImage } = await import("../../core/machine/bootSpec.ts");
    const overrides = {
      firmware: wanted === "any" ? undefined : wanted,
      accelerator: parts.engine.accelerator(),
      memory: vscode.workspace.getConfiguration(settings.section).get(settings.imageMemory, "1G"),
    };
    const host = await parts.engine.host();
    const { spec, found } = await machineSpecOfImage(path, overrides, host, signal);
    parts.log.info(found);
    return vscode.window.withProgress(
      {
        location: vscode.ProgressLocation.Notification,
        title: `Starting ${basename(path)}`,
        cancellable: true,
      },
      (_progress, token) => parts.machines.start(spec, AbortSignal.any([signal, abortOn(token).signal])),
    );
  });
  await parts.consoleView.show(machine);
}

/**
 * The firmware that the person chooses where several can start the image; undefined when they choose none. Where there
 * is no choice the answer is `any`: whoever makes the machine knows best what starts the image, or says why nothing can.
 * @throws Failure `disk-image-refused`: no machine may have an image that names other files
 */
async function firmwareFor({ engine }: Parts, path: string): Promise<FirmwareKind | "any" | undefined> {
  const { inspectImage } = await import("../../core/analysis/inspect/inspectImage.ts");
  const host = await engine.host();
  const patience = AbortSignal.timeout(patienceMs);
  const firmware = await inspectImage(path, host, patience).then(
    report => report.firmware,
    (error: unknown) => {
      if (error instanceof Failure && error.code !== "disk-image-refused") return [];
      throw error;
    },
  );
  if (firmware.length < 2) return "any";
  const picks = firmware.map(each => ({ label: `By ${firmwareName(each)}`, firmware: each }));
  const title = `Boot ${basename(path)}`;
  const chosen = await vscode.window.showQuickPick(picks, { title, placeHolder: "Either can start it" });
  return chosen?.firmware;
}

async function askImage(): Promise<vscode.Uri | undefined> {
  const chosen = await vscode.window.showOpenDialog({
    title: "Which image?",
    openLabel: "Boot",
    filters: { Images: ["iso", "qcow2", "img", "raw", "efi", "vmdk", "vdi", "vhdx"], "All files": ["*"] },
  });
  return chosen?.[0];
}

function isFirmware(value: unknown): value is FirmwareKind {
  return value === "bios" || value === "uefi";
}
