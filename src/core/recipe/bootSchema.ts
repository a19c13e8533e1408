import { type Static, Type } from "@sinclair/typebox";
import { choiceField, regexField, sizeField } from "./fields.ts";

const port = "(6553[0-5]|655[0-2][0-9]|65[0-4][0-9]{2}|6[0-4][0-9]{3}|[1-5][0-9]{4}|[1-9][0-9]{0,3})";

/** `boot:` as it is written in a recipe. */
export const bootSchema = Type.Object(
  {
    output: Type.Optional(
      Type.String({
        minLength: 1,
        description: "Name of the output that is booted. Default: the first output that can be booted.",
        suggest: "outputs",
      }),
    ),
    memory: Type.Optional(
      sizeField({
        description: "Memory of the machine: a number and a unit, 64M is 64 MiB.",
        default: "256M",
        examples: ["64M", "256M", "1G"],
      }),
    ),
    cpus: Type.Optional(
      Type.Integer({ description: "Number of virtual processors.", minimum: 1, maximum: 64, default: 1 }),
    ),
    cmdline: Type.Optional(
      Type.String({
        description: "Words for the kernel's command line, after those that the output itself needs.",
        default: "console=ttyS0",
        examples: ["console=ttyS0", "console=ttyS0 quiet"],
      }),
    ),
    network: Type.Optional(
      choiceField(["user", "none"], {
        description:
          "The machine's network. Under `user` the guest gets an address by DHCP and reaches the host at 10.0.2.2.",
        default: "user",
        enumDescriptions: ["QEMU's own network; needs no rights on the host", "No network card at all"],
      }),
    ),
    forward: Type.Optional(
      Type.Array(
        Type.String({
          pattern: `^${port}:${port}$`,
          patternErrorMessage: 'a port of the host and one of the guest, such as "2222:22"',
          description: 'TCP ports as "HOST:GUEST", bound to 127.0.0.1 on the host.',
          examples: ["2222:22", "8080:80"],
        }),
        { description: "TCP ports of the guest that can be reached on 127.0.0.1.", default: [] },
      ),
    ),
    ready: Type.Optional(
      regexField({
        description:
          "Regular expression that the console shows when the system is up. Without it a machine only counts as running.",
        examples: ["login:", "# $"],
      }),
    ),
    timeout: Type.Optional(
      Type.Number({
        description: "Seconds to wait for `ready` before the boot counts as failed.",
        exclusiveMinimum: 0,
        default: 120,
      }),
    ),
    firmware: Type.Optional(
      choiceField(["bios", "uefi"], {
        description: "What starts the image. Default: what the output can be started by, BIOS first.",
        enumDescriptions: [
          "SeaBIOS, as old PCs and most virtual machines have",
          "UEFI (OVMF), as today's computers have",
        ],
      }),
    ),
    accelerator: Type.Optional(
      choiceField(["auto", "kvm", "tcg"], {
        description: "How QEMU runs the guest.",
        default: "auto",
        enumDescriptions: [
          "KVM where a test guest proved that it works, else TCG",
          "Hardware virtualisation; an error where it does not work",
          "Software emulation; slow, works everywhere",
        ],
      }),
    ),
  },
  {
    additionalProperties: false,
    description: "How `whittle boot` starts the image under QEMU.",
  },
);

/** `boot:` as written: everything may be absent. */
export type BootSource = Static<typeof bootSchema>;

/** `boot:` of a loaded recipe, defaults filled in. */
export interface Boot {
  /** Name of an enabled output; absent when no output of the recipe can be booted. */
  readonly output: string | undefined;
  /** A size such as `64M`; read it with parseSize(). */
  readonly memory: string;
  readonly cpus: number;
  readonly cmdline: string;
  readonly network: "user" | "none";
  /** Each `HOSTPORT:GUESTPORT`. */
  readonly forward: readonly string[];
  readonly ready: string | undefined;
  /** Seconds. */
  readonly timeout: number;
  readonly accelerator: "auto" | "kvm" | "tcg";
  /** Absent: the output decides. */
  readonly firmware: "bios" | "uefi" | undefined;
}

/** Fills in the defaults that the schema states; `output` is the one to boot when the recipe names none. */
export function completeBoot(source: BootSource, output: string | undefined): Boot {
  const { properties } = bootSchema;
  return {
    output: source.output ?? output,
    memory: source.memory ?? String(properties.memory.default),
    cpus: source.cpus ?? Number(properties.cpus.default),
    cmdline: source.cmdline ?? String(properties.cmdline.default),
    network: source.network ?? "user",
    forward: source.forward ?? [],
    ready: source.ready,
    timeout: source.timeout ?? Number(properties.timeout.default),
    accelerator: source.accelerator ?? "auto",
    firmware: source.firmware,
  };
}
