import { closeSync, fstatSync, ftruncateSync, openSync, readSync, writeSync } from "node:fs";

/** An image on the host, open for changes. Each call is done when it returns. */
export interface ImageFile {
  /** Bytes. */
  readonly size: number;
  /** What lies there; zeros behind the end. */
  read(position: number, length: number): Buffer;
  write(position: number, bytes: Uint8Array): void;
  /** Makes the image longer, with zeros, or shorter. */
  resize(bytes: number): void;
  close(): void;
}

export function openImage(path: string): ImageFile {
  const fd = openSync(path, "r+");
  return {
    get size() {
      return fstatSync(fd).size;
    },
    read(position, length) {
      const bytes = Buffer.alloc(length);
      for (let got = 0; got < length; ) {
        const more = readSync(fd, bytes, got, length - got, position + got);
        if (more === 0) break;
        got += more;
      }
      return bytes;
    },
    write(position, bytes) {
      for (let done = 0; done < bytes.length; ) {
        done += writeSync(fd, bytes, done, bytes.length - done, position + done);
      }
    },
    resize: bytes => ftruncateSync(fd, bytes),
    close: () => closeSync(fd),
  };
}
