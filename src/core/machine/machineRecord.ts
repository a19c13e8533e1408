import { readFile } from "node:fs/promises";
import { type Static, Type } from "@sinclair/typebox";
import { Check } from "@sinclair/typebox/value";

function choice<T extends string>(...values: readonly T[]) {
  return Type.Unsafe<T>(Type.Union(values.map(value => Type.Literal(value))));
}

const optional = Type.Optional(Type.String());

// What the guard writes into the folder of its machine, for whoever adopts it: perhaps a newer version of Whittle.
const recordSchema = Type.Object({
  format: Type.Literal(1),
  spec: Type.Object({
    name: Type.String(),
    arch: Type.Union([Type.Literal("x86_64"), Type.Literal("aarch64")]),
    media: Type.Object({
      kernel: optional,
      initrd: optional,
      drives: Type.Array(
        Type.Object({
          path: Type.String(),
          format: choice("raw", "qcow2", "vmdk", "vdi", "vhdx"),
          as: Type.Optional(choice("disk", "cdrom", "usb")),
        }),
      ),
      cmdline: Type.Array(Type.String()),
      firmware: Type.Optional(choice("bios", "uefi")),
    }),
    memory: Type.Number(),
    cpus: Type.Number(),
    cmdline: Type.String(),
    network: Type.Union([Type.Literal("user"), Type.Literal("none")]),
    forward: Type.Array(Type.String()),
    ready: optional,
    accelerator: Type.Union([Type.Literal("auto"), Type.Literal("kvm"), Type.Literal("tcg")]),
    logFile: Type.String(),
  }),
  accelerator: Type.String(),
  pid: Type.Integer(),
  /** ms since 1970. */
  startedAt: Type.Number(),
});

export type MachineRecord = Static<typeof recordSchema>;

/** Reads machine.json; undefined when there is none, or none that this version understands. */
export async function readMachineRecord(path: string): Promise<MachineRecord | undefined> {
  try {
    const record: unknown = JSON.parse(await readFile(path, "utf8"));
    return Check(recordSchema, record) ? record : undefined;
  } catch {
    return undefined;
  }
}
