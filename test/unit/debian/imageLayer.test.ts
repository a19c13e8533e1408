import { expect, it } from "vitest";
import { imageLayer } from "../../../src/core/stages/debian/imageLayer.ts";
import type { FileContent, LayerWriter, NewEntry } from "../../../src/core/tree/layer.ts";

const owner = { uid: 0, gid: 0, mtime: 5 };
const file = (path: string, text = ""): [NewEntry, FileContent] => [
  { type: "file", path, mode: 0o644, ...owner },
  { bytes: Buffer.from(text) },
];
const folder = (path: string): [NewEntry] => [{ type: "directory", path, mode: 0o700, ...owner }];

async function finished(...given: readonly (readonly [NewEntry, FileContent?])[]) {
  const found = new Map<string, { entry: NewEntry; text: string | undefined }>();
  const layer: LayerWriter = {
    async add(entry, content) {
      const text = content && "bytes" in content ? Buffer.from(content.bytes).toString() : undefined;
      found.set(entry.path, { entry, text });
    },
    whiteout: () => undefined,
    opaque: () => undefined,
  };
  const sources = ["deb http://me:secret@m.invalid/debian bookworm main", "deb [trusted=yes] file:///x ./"];
  const image = imageLayer(layer, { suite: "bookworm", sources, manual: [], packages: [] }, 3);
  for (const [entry, content] of given) await image.writer.add(entry, content);
  await image.finish();
  return { found, status: image.status() };
}

it("leaves out what comes from the host and from the build", async () => {
  const { found } = await finished(
    file("etc/hostname", "builder\n"),
    file("etc/resolv.conf", "nameserver 1.1.1.1\n"),
    file("etc/apt/apt.conf.d/99mmdebstrap", "x"),
    file("var/log/dpkg.log", "x"),
    file("var/log/btmp"),
  );
  expect([...found.keys()].filter(path => !/^(?:dev|proc|sys)/.test(path))).toEqual([
    "var/log/btmp",
    "etc/apt/sources.list",
  ]);
});

it("keeps a resolv.conf that a package made a link", async () => {
  const { found } = await finished([
    { type: "symlink", path: "etc/resolv.conf", mode: 0o777, target: "../run/x", ...owner },
  ]);
  expect(found.has("etc/resolv.conf")).toBe(true);
});

it("writes the recipe's sources without passwords", async () => {
  const { found } = await finished();
  expect(found.get("etc/apt/sources.list")?.text).toBe(
    "deb http://m.invalid/debian bookworm main\ndeb [trusted=yes] file:///x ./\n",
  );
});

it("names the image's own keyring where apt would not find it", async () => {
  const keyring = file("usr/share/keyrings/debian-archive-keyring.gpg", "k");
  const without = await finished(keyring);
  expect(without.found.get("etc/apt/sources.list")?.text).toMatch(
    /^deb \[signed-by=\/usr\/share\/keyrings\/debian-archive-keyring\.gpg\] http/,
  );
  const trusted = await finished(keyring, file("etc/apt/trusted.gpg.d/debian-archive-x.asc", "k"));
  expect(trusted.found.get("etc/apt/sources.list")?.text).toMatch(/^deb http/);
});

it("gives apt's folders to the image's own user, and nothing a later time than the clock", async () => {
  const partial = "var/lib/apt/lists/partial";
  const { found, status } = await finished(
    folder(partial),
    file("etc/passwd", "root:x:0:0::/root:/bin/sh\n_apt:x:42:65534::/nonexistent:/bin/false\n"),
    file("var/lib/dpkg/status", "Package: a\n"),
  );
  expect(found.get(partial)?.entry).toMatchObject({ uid: 42, mode: 0o700, mtime: 3 });
  expect(found.get("etc/passwd")?.entry.mtime).toBe(3);
  expect(status).toBe("Package: a\n");
});

it("brings the device nodes that no sandbox can make", async () => {
  const { found } = await finished();
  expect(found.get("dev/null")?.entry).toMatchObject({ type: "char", major: 1, minor: 3, mode: 0o666 });
  expect(found.get("proc")?.entry).toMatchObject({ type: "directory", mode: 0o755 });
});
