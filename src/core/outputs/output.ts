import type { Static, TSchema } from "@sinclair/typebox";
import type { InputFile, Json, Place, ResolveContext, WorkContext } from "../stages/stage.ts";
import type { Layer } from "../tree/layer.ts";
import type { Tree } from "../tree/tree.ts";

/**
 * A file that an output made. `image` is the output itself, `packed` the same compressed for its way to others;
 * the others are what it is booted with. The engine makes `packed`, and `cmdline` wherever there is a kernel.
 */
export interface ProducedFile {
  readonly role: "image" | "packed" | "kernel" | "initrd" | "cmdline";
  /** File name inside the out folder, e.g. `boots.qcow2`. */
  readonly fileName: string;
  /** Where the finished bytes lie now (in scratch()); the runner moves them into place by rename. */
  readonly path: string;
  /** Words that booting needs because of what is in this file (`rdinit=/sbin/init`); kept with it for boot(). */
  readonly cmdline?: readonly string[] | undefined;
}

/** A stage as an output sees it. */
export interface TreeStage {
  readonly name: string;
  readonly kind: string;
  /** Bottom first. */
  readonly layers: readonly Layer[];
}

export interface OutputContext extends WorkContext {
  readonly tree: Tree;
  /** The layers that the tree was stacked from, by stage, bottom first. */
  stages(): Promise<readonly TreeStage[]>;
  /** Recipe name and version, for file names and labels. */
  readonly recipe: { readonly name: string; readonly version: string | undefined };
  /** The output's own name (default: its kind). */
  readonly name: string;
  /** A uuid derived from recipe, output and `purpose`: the same in every build. */
  uuid(purpose: string): string;
  /**
   * A derived file that may be kept between builds: made once by `make` (which writes to the path it gets),
   * then served from the cache. `key` must name everything that decides the bytes. Returns its path (read only).
   */
  derived(key: string, make: (path: string) => Promise<void>): Promise<string>;
}

/** A file that a machine gets as a drive. */
export interface BootDrive {
  readonly path: string;
  readonly format: "raw" | "qcow2" | "vmdk" | "vdi" | "vhdx";
  /** What the machine takes it for. Default: a virtio disk. */
  readonly as?: "disk" | "cdrom" | "usb" | undefined;
}

/** How a machine starts what lies on its drives. */
export type FirmwareKind = "bios" | "uefi";

/** What QEMU needs to run an output; paths are absolute. */
export interface BootMedia {
  /** A kernel, or with `firmware: uefi` any EFI program; without one the firmware looks at the drives. */
  readonly kernel?: string | undefined;
  readonly initrd?: string | undefined;
  readonly drives: readonly BootDrive[];
  /** Default: `bios`, on aarch64 none when there is a kernel, else `uefi`. */
  readonly firmware?: FirmwareKind | undefined;
  /** Words that the output itself needs on the kernel command line, before those of `boot.cmdline`. */
  readonly cmdline: readonly string[];
}

/** One kind of output: same shape as a stage kind; a new one is one file plus one line in outputs/index.ts. */
export interface OutputKind<P extends TSchema = TSchema> {
  readonly kind: string;
  readonly version: number;
  readonly icon: string;
  readonly summary: string;
  readonly parameters: P;
  readonly example: string;
  inputs?(parameters: Static<P>, place: Place): readonly InputFile[];
  /** Facts from outside the recipe that decide the bytes (a boot loader's package), as for a stage. */
  resolve?(parameters: Static<P>, context: ResolveContext): Promise<Json>;
  apply(parameters: Static<P>, context: OutputContext, resolved: Json): Promise<readonly ProducedFile[]>;
  /**
   * How the files are booted; absent for outputs that cannot be (a tar).
   * @param firmware as `boot.firmware` asks for it
   * @throws Failure when the output cannot be booted with it
   */
  boot?(parameters: Static<P>, files: readonly ProducedFile[], firmware?: FirmwareKind): BootMedia;
}

export type AnyOutputKind = OutputKind<TSchema>;

/** Declares a kind; checks that schema and code agree. */
export function defineOutput<P extends TSchema>(kind: OutputKind<P>): AnyOutputKind {
  return kind as unknown as AnyOutputKind;
}
