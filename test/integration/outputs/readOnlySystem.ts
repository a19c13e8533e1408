import { execFile } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import type { Host } from "../../../src/core/host/host.ts";
import type { Tree } from "../../../src/core/tree/tree.ts";
import { addKernel, busyboxBytes, type CloudKernel, unpackCloudKernel } from "./cloudKernel.ts";
import { type Add, type Bench, owned } from "./outputBench.ts";
import { everything, file } from "./readOnlyTree.ts";

const run = promisify(execFile);

/** Prints the extended attributes of the files it is given, values in hex. */
const program = `#include <stdio.h>
#include <string.h>
#include <sys/xattr.h>
int main(int count, char **paths) {
  for (int at = 1; at < count; at++) {
    char names[4096];
    ssize_t length = listxattr(paths[at], names, sizeof names);
    if (length < 0) perror(paths[at]);
    for (char *name = names; name < names + length; name += strlen(name) + 1) {
      unsigned char value[4096];
      ssize_t size = getxattr(paths[at], name, value, sizeof value);
      printf("xattr %s %s %zd ", paths[at], name, size);
      for (ssize_t byte = 0; byte < size && byte < 20; byte++) printf("%02x", value[byte]);
      printf("\\n");
    }
  }
  return 0;
}
`;

/** Tells on the console what it finds, then ends the machine. */
const init = `#!/bin/busybox sh
b=/bin/busybox
$b mount -t proc proc /proc
for each in /bin/tool /bin/other /dev/console /etc/far /run/pipe /tmp /srv /bin/link; do
  $b stat -c "says: %n %u:%g %a %h %F %t:%T %Y" $each
done
/bin/xattrs /bin/ping /bin/random /etc/text /etc/noted /srv
$b md5sum /bin/random /etc/text "/srv/a file with a name 399" /var/sparse
$b echo "root: $($b grep ' / ' /proc/mounts)"
$b stat -c "says: %n %u:%g %a" /
$b sh -c 'echo changed > /etc/text' && $b rm /bin/other && $b mkdir /tmp/new && $b echo "now: $($b cat /etc/text)"
$b poweroff -f
`;

export interface ReadOnlySystem {
  readonly kernel: CloudKernel;
  /** @param modules of the kernel whose path it accepts */
  tree(modules: RegExp): Promise<Tree>;
}

export async function readOnlySystem(bench: Bench, host: Host): Promise<ReadOnlySystem> {
  const kernel = await unpackCloudKernel(host, join(bench.folder, "kernel"));
  const busybox = await busyboxBytes(host);
  await writeFile(join(bench.folder, "xattrs.c"), program);
  const built = join(bench.folder, "xattrs");
  await run("g++", ["-static", "-O1", "-x", "c++", "-o", built, join(bench.folder, "xattrs.c")]);
  const xattrs = await readFile(built);
  const programs = async (add: Add): Promise<void> => {
    await add(file("bin/busybox", 0o755), { bytes: busybox });
    await add(file("bin/xattrs", 0o755), { bytes: xattrs });
    await add(file("sbin/init", 0o755), { bytes: Buffer.from(init) });
    await add({ type: "directory", path: "proc", mode: 0o755, ...owned });
  };
  return {
    kernel,
    tree: modules => bench.tree(everything, programs, add => addKernel(add, kernel, modules)),
  };
}

/** What the guest says of everything(). */
export const expectedLines = [
  "says: /bin/tool 70000:2000000000 4755 2 regular file 0:0 1700000000",
  "says: /etc/far 0:6 660 1 block special file 103:11170 1700000000",
  "says: /run/pipe 9:0 622 1 fifo 0:0 1700000000",
  "says: /tmp 0:0 1777",
  "says: /srv 0:33 2750",
  "says: / 0:0 755",
  "xattr /bin/ping user.note 2 6869",
  "xattr /bin/ping security.capability 20 0100000200200000000000000000000000000000",
  "xattr /bin/random user.note 2 6869",
  "xattr /etc/text user.note 2 6869",
  "xattr /etc/noted user.long 2000 6c6f6e676c6f6e676c6f6e676c6f6e676c6f6e67",
  "xattr /etc/noted user.none 0 ",
  "xattr /srv user.of 6 666f6c646572",
];
