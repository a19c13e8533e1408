import { basename } from "node:path";
import { Failure } from "../../../failure.ts";
import type { Host } from "../../../host/host.ts";
import { runTool } from "../../../host/runTool.ts";
import { refuseContentElsewhere } from "../../../image/contentElsewhere.ts";
import { openPlainBytes } from "../../../image/imageBytes.ts";
import type { DiskFormat } from "./format.ts";

interface ImageInfo {
  readonly encrypted?: boolean;
  readonly "backing-filename"?: string;
  readonly "format-specific"?: {
    readonly data?: {
      readonly "data-file"?: string;
      readonly extents?: readonly { readonly filename?: string }[];
    };
  };
}

/**
 * Makes sure that an image is complete by itself. One that names other files could make QEMU read any file of
 * whoever builds.
 * @throws Failure `disk-image-refused`, `tool-missing`.
 */
export async function checkImage(
  host: Host,
  path: string,
  format: DiskFormat,
  signal: AbortSignal,
): Promise<void> {
  if (format === "raw") return;
  const file = await openPlainBytes(path);
  try {
    await refuseContentElsewhere(file, path, format);
  } finally {
    await file.close();
  }
  const { stdout } = await runTool(host, "qemu-img", ["info", "-U", "--output=json", "-f", format, path], {
    signal,
  }).catch((error: unknown) => {
    if (!(error instanceof Failure) || error.code !== "tool-failed") throw error;
    throw refused(path, `it is damaged or of a kind that QEMU does not read (${error.message})`);
  });
  const info = JSON.parse(stdout) as ImageInfo;
  const data = info["format-specific"]?.data;
  const others = [
    info["backing-filename"],
    data?.["data-file"],
    ...(data?.extents ?? []).map(each => each.filename).filter(each => each !== path),
  ].filter(each => each !== undefined);
  const [other] = others;
  if (other !== undefined) {
    throw refused(
      path,
      `a part of it lies in another file, ${basename(other)}`,
      `Make one file of it: qemu-img convert -O qcow2 ${basename(path)} whole.qcow2`,
    );
  }
  if (info.encrypted === true) throw refused(path, "it is encrypted");
}

function refused(path: string, why: string, advice?: string): Failure {
  return new Failure("disk-image-refused", `The disk image ${path} cannot be read: ${why}.`, {
    advice: advice ?? "Convert it where it can be read: qemu-img convert -O qcow2 IMAGE whole.qcow2",
  });
}
