import { copyFile, mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  forgetKey,
  type LocalRepository,
  makeKey,
  openRepository,
  type TestKey,
  vouch,
} from "../pacman/localRepository.ts";
import { type ArchBench, openArchBench } from "./archBench.ts";

const thing = { name: "thing", files: { "usr/share/thing": "thing\n" } };
const keys: TestKey[] = [];
let repository: LocalRepository;
let bench: ArchBench;

beforeEach(async () => {
  repository = await openRepository("test");
  bench = await openArchBench();
});
afterEach(async () => {
  for (const key of keys.splice(0)) await forgetKey(key);
  await bench.close();
  await repository.close();
});

async function newKey(name: string): Promise<TestKey> {
  const key = await makeKey(bench.folder, name);
  keys.push(key);
  return key;
}

const from = (server: string, keyring: string, more: object = {}) => ({
  packages: ["thing"],
  repositories: [{ name: "test", servers: [server], ...more }],
  keyring,
});

describe("signatures", () => {
  it.each([true, false])(
    "of packages from a server are checked with the keyring (in the database: %s)",
    async inside => {
      const key = await newKey("packager");
      await repository.publish([thing], { key, signaturesInDatabase: inside });
      const made = await bench.install(from(repository.url, key.path));
      expect(await made.text("usr/share/thing")).toBe("thing\n");
      expect(await made.text("var/lib/pacman/local/thing-1.0-1/desc")).toContain("%VALIDATION%\npgp\n");
      expect(repository.asked.filter(path => path.endsWith(".sig"))).toHaveLength(inside ? 0 : 1);
      expect(made.paths.filter(path => /gnupg|\.gpg|\.sig$/.test(path))).toEqual([]);
    },
  );

  it("by somebody else are refused, and nothing is installed", async () => {
    const key = await newKey("stranger");
    const packager = await newKey("packager");
    await repository.publish([thing], { key });
    for (const server of [repository.url, repository.fileUrl]) {
      await expect(bench.install(from(server, packager.path))).rejects.toMatchObject({
        ...{
          code: "signature-bad",
          placedAt: ["keyring"],
          message: expect.stringContaining("thing-1.0-1-any.pkg.tar.zst"),
        },
      });
    }
    const never = await bench.install(from(repository.url, packager.path, { siglevel: "never" }));
    expect(await never.text("var/lib/pacman/local/thing-1.0-1/desc")).toContain("%VALIDATION%\nsha256\n");
  });

  it("of other bytes are refused", async () => {
    const key = await newKey("packager");
    await repository.publish([{ ...thing, files: { "usr/share/thing": "other\n" } }], {
      key,
      signaturesInDatabase: false,
    });
    const signature = join(repository.folder, "thing-1.0-1-any.pkg.tar.zst.sig");
    await copyFile(signature, join(bench.folder, "kept.sig"));
    await repository.publish([thing]);
    await copyFile(join(bench.folder, "kept.sig"), signature);
    await expect(bench.install(from(repository.url, key.path))).rejects.toMatchObject({
      code: "signature-bad",
    });
    await rm(signature);
    await repository.publish([thing], { key, signaturesInDatabase: false });
    const made = await bench.install(from(repository.url, key.path));
    expect(await made.text("usr/share/thing")).toBe("thing\n");
  });

  it("must be there for a server, and need not for a folder of this machine", async () => {
    const key = await newKey("packager");
    await repository.publish([thing]);
    await expect(bench.install(from(repository.url, key.path))).rejects.toMatchObject({
      code: "signature-missing",
      advice: expect.stringContaining("siglevel: optional"),
    });
    await bench.install(from(repository.url, key.path, { siglevel: "optional" }));
    await bench.install(from(repository.fileUrl, key.path));
    await expect(
      bench.install(from(repository.fileUrl, key.path, { siglevel: "required" })),
    ).rejects.toMatchObject({
      code: "signature-missing",
    });
  });

  it("count when a key that is trusted vouches for theirs, unless theirs was revoked", async () => {
    const [master, packager, stranger] = [
      await newKey("master"),
      await newKey("packager"),
      await newKey("stranger"),
    ];
    await vouch(master, packager);
    const folder = join(bench.folder, "keys");
    await mkdir(folder);
    const lay = async (trusted: TestKey, revoked: string) => {
      for (const [name, key] of Object.entries({ master, packager, stranger }))
        await copyFile(key.path, join(folder, `${name}.gpg`));
      await writeFile(join(folder, "master-trusted"), `${trusted.fingerprint}:5:\n`);
      await writeFile(join(folder, "master-revoked"), revoked);
    };
    await repository.publish([thing], { key: packager });
    const parameters = from(repository.url, "keys");
    await lay(master, "");
    await bench.install(parameters);
    await lay(stranger, "");
    await expect(bench.install(parameters)).rejects.toMatchObject({ code: "signature-bad" });
    await lay(master, `${packager.fingerprint}\n`);
    await expect(bench.install(parameters)).rejects.toMatchObject({ code: "signature-bad" });
  });

  it("cannot be checked with a keyring that is none", async () => {
    const key = await newKey("packager");
    await repository.publish([thing], { key });
    await expect(bench.install(from(repository.url, "nowhere.gpg"))).rejects.toMatchObject({
      ...{ code: "keyring-unreadable", placedAt: ["keyring"] },
    });
    await writeFile(join(bench.folder, "none.gpg"), "no keys\n");
    await expect(bench.install(from(repository.url, "none.gpg"))).rejects.toMatchObject({
      ...{ code: "keyring-unreadable", placedAt: ["keyring"] },
    });
  });
});
