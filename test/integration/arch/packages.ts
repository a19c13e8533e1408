import { openHost } from "../../../src/core/host/openHost.ts";
import { busyboxBytes } from "../outputs/cloudKernel.ts";
import { sharedCache } from "../outputs/outputBench.ts";
import type { TestPackage } from "../pacman/localRepository.ts";

/** A shell and the commands that scripts call. */
export async function busyboxPackage(): Promise<TestPackage> {
  return {
    name: "busybox",
    provides: ["sh"],
    files: { "usr/bin/busybox:755": await busyboxBytes(openHost({ cacheDir: sharedCache })) },
    links: { "usr/bin/sh": "busybox", "usr/bin/cat": "busybox", "usr/bin/chown": "busybox", bin: "usr/bin" },
  };
}

/** Something whose script and hook leave traces. */
export const app: TestPackage = {
  name: "app",
  version: "1:2.0-3",
  depends: ["sh"],
  files: {
    "usr/share/app/data": "data\n",
    "etc/machine-id": "0123456789abcdef0123456789abcdef\n",
    "usr/share/libalpm/hooks/50-app.hook": [
      "[Trigger]",
      "Type = Path",
      "Operation = Install",
      "Target = usr/share/app/*",
      "",
      "[Action]",
      "Description = Noting the files of app...",
      "When = PostTransaction",
      "Exec = /bin/sh -c 'cat > /usr/share/app/hook'",
      "NeedsTargets",
      "",
    ].join("\n"),
  },
  install: [
    "post_install() {",
    "  echo installing app $1",
    "  echo ran for $1 > /usr/share/app/scriptlet",
    "  chown 12:34 /usr/share/app/scriptlet",
    "  echo gone > /dev/null",
    "  test -e /etc/resolv.conf || echo no host > /usr/share/app/host",
    "}",
    "",
  ].join("\n"),
};
