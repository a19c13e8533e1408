import { spawn } from "node:child_process";
import { once } from "node:events";
import { copyFile } from "node:fs/promises";

// Debian's firmware with Secure Boot enforced, which trusts the key of makeKeys() and Microsoft's.
const code = "/usr/share/OVMF/OVMF_CODE_4M.secboot.fd";
const variables = "/usr/share/OVMF/OVMF_VARS_4M.snakeoil.fd";
const patienceMs = 400_000;

/**
 * Starts a disk by a UEFI that enforces Secure Boot; QEMU itself, because Whittle's machines have it switched off.
 * @param store path for a copy of the firmware's variables
 * @returns what the console said until `until` came
 */
export async function bootSecurely(disk: string, store: string, until: RegExp): Promise<string> {
  await copyFile(variables, store);
  const child = spawn(
    "qemu-system-x86_64",
    [
      ...["-nodefaults", "-display", "none", "-serial", "stdio", "-no-reboot", "-m", "384"],
      ...["-accel", "tcg", "-cpu", "max", "-machine", "q35,smm=on"],
      // The store of variables may be written by the firmware alone.
      ...["-global", "driver=cfi.pflash01,property=secure,value=on", "-global", "ICH9-LPC.disable_s3=1"],
      ...["-drive", `if=pflash,unit=0,format=raw,readonly=on,file=${code}`],
      ...["-drive", `if=pflash,unit=1,format=raw,file=${store}`],
      ...["-drive", `if=none,id=disk,format=raw,snapshot=on,file=${disk}`],
      ...["-device", "virtio-blk-pci,drive=disk,bootindex=1"],
    ],
    { stdio: ["ignore", "pipe", "pipe"] },
  );
  const end = setTimeout(() => child.kill("SIGKILL"), patienceMs);
  let said = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => {
      said += text;
      if (until.test(said)) child.kill("SIGKILL");
    });
  }
  await once(child, "close");
  clearTimeout(end);
  return said;
}
