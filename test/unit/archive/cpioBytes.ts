/** What goes into one hand-made cpio entry; everything has a harmless default. */
export interface Given {
  readonly mode?: number;
  readonly uid?: number;
  readonly links?: number;
  readonly inode?: number;
  readonly device?: readonly [major: number, minor: number];
  readonly body?: string;
  readonly checksum?: number;
  readonly magic?: string;
}

/** One entry as `cpio -H newc` writes it. */
export function newc(name: string, given: Given = {}): Buffer {
  const body = Buffer.from(given.body ?? "");
  const path = Buffer.from(`${name}\0`);
  const fields = [
    given.inode ?? 1,
    given.mode ?? 0o100644,
    given.uid ?? 0,
    0,
    given.links ?? 1,
    77,
    body.length,
    0,
    0,
    ...(given.device ?? [0, 0]),
    path.length,
    given.checksum ?? 0,
  ];
  const header = `${given.magic ?? "070701"}${fields.map(field => field.toString(16).padStart(8, "0")).join("")}`;
  return Buffer.concat([pad4(Buffer.concat([Buffer.from(header), path])), pad4(body)]);
}

/** One entry as `cpio -H odc` writes it. */
export function odc(name: string, given: Given = {}): Buffer {
  const octal = (value: number, width: number) => value.toString(8).padStart(width, "0");
  const body = given.body ?? "";
  const [major, minor] = given.device ?? [0, 0];
  const six = [
    0,
    given.inode ?? 1,
    given.mode ?? 0o100644,
    given.uid ?? 0,
    0,
    given.links ?? 1,
    major * 256 + minor,
  ];
  const header = `070707${six.map(value => octal(value, 6)).join("")}${octal(77, 11)}`;
  return Buffer.from(`${header}${octal(name.length + 1, 6)}${octal(body.length, 11)}${name}\0${body}`);
}

function pad4(bytes: Buffer): Buffer {
  return Buffer.concat([bytes, Buffer.alloc(-bytes.length & 3)]);
}
