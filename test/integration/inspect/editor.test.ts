import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { openHost } from "../../../src/core/host/openHost.ts";
import { bootSector } from "../../../src/core/machine/acceleratorGuest.ts";

class Uri {
  readonly scheme: string;
  readonly fsPath: string;
  readonly path: string;
  constructor(scheme: string, path: string) {
    this.scheme = scheme;
    this.fsPath = path;
    this.path = path;
  }
  static joinPath(uri: Uri, ...parts: readonly string[]): Uri {
    return new Uri(uri.scheme, join(uri.path, ...parts));
  }
  toString(): string {
    return `${this.scheme}:${this.path}`;
  }
}

const patterns: { base: Uri; pattern: string }[] = [];
let changed: (uri: Uri) => void = () => undefined;
const nothing = { dispose: () => undefined };

vi.mock("vscode", () => ({
  Uri,
  Disposable: Object.assign(
    class {
      dispose(): void {}
    },
    { from: () => nothing },
  ),
  RelativePattern: class {
    constructor(base: Uri, pattern: string) {
      patterns.push({ base, pattern });
    }
  },
  ProgressLocation: { Notification: 15 },
  commands: {},
  env: {},
  window: { withProgress: (_: unknown, work: (...args: unknown[]) => unknown) => work({}, undefined) },
  workspace: {
    isTrusted: true,
    getConfiguration: () => ({ get: (_: string, fallback: unknown) => fallback }),
    onDidGrantWorkspaceTrust: () => nothing,
    createFileSystemWatcher: () => ({
      ...nothing,
      onDidChange: (listener: typeof changed) => {
        changed = listener;
        return nothing;
      },
      onDidCreate: () => nothing,
      onDidDelete: () => nothing,
    }),
  },
}));
vi.mock("../../../src/vscode/webviewHtml.ts", () => ({
  fillWebview: () => undefined,
  portOf: (port: unknown) => port,
}));
vi.mock("../../../src/vscode/commands/abortOn.ts", () => ({ abortOn: () => new AbortController() }));

let folder: string;
const engine = { host: async () => openHost({ cacheDir: join(folder, "cache") }), accelerator: () => "tcg" };
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "whittle-inspect-editor-"));
  const disk = Buffer.concat([bootSector(), Buffer.alloc(4096)]);
  disk.set([0x80, 0, 0, 0, 0x83], 446);
  disk.writeUInt32LE(8, 446 + 12);
  await writeFile(join(folder, "disk[1].img"), disk);
  await writeFile(join(folder, "other.vmdk"), '# Disk DescriptorFile\nRW 8 FLAT "/etc/passwd" 0\n');
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const found = (test: (message: never) => boolean, sent: readonly unknown[]) =>
  vi.waitFor(() => {
    const message = (sent as never[]).find(test);
    expect(message).toBeDefined();
    return message as unknown as { body: { problem?: { message: string }; page?: unknown } };
  });

async function openInspector(scheme: string, name: string) {
  const { InspectorSession } = await import("../../../src/vscode/inspector/inspectorSession.ts");
  const sent: unknown[] = [];
  let ask: (message: unknown) => void = () => undefined;
  const port = {
    post: (message: unknown) => sent.push(message),
    onMessage: (listener: typeof ask) => {
      ask = listener;
      return () => undefined;
    },
  };
  const log = { warn: () => undefined, error: () => undefined, info: () => undefined };
  const parts = { extension: new Uri("file", "/"), engine, log };
  const session = new InspectorSession(
    new Uri(scheme, join(folder, name)) as never,
    { webview: port } as never,
    parts as never,
  );
  ask({ kind: "request", id: 1, name: "state", body: null });
  return { session, sent };
}

it("the inspector shows an older version of a file never as what the file is now", async () => {
  const { session, sent } = await openInspector("git", "disk[1].img");
  const reply = await found(({ kind }: { kind: string }) => kind === "reply", sent);
  expect(reply.body.problem?.message).toContain("no file on this computer");
  expect(patterns).toEqual([]);
  session.dispose();
});

it("the inspector sees a change of a file whose name reads like a pattern, and of no other", async () => {
  const { session, sent } = await openInspector("file", "disk[1].img");
  const reply = await found(({ kind }: { kind: string }) => kind === "reply", sent);
  expect(reply.body.page).toBeDefined();
  expect(patterns.map(({ pattern }) => pattern)).toEqual(["*"]);
  changed(new Uri("file", join(folder, "disk1.img")));
  await new Promise(resolve => setTimeout(resolve, 600));
  const isState = ({ kind, name }: { kind: string; name: string }) => kind === "event" && name === "state";
  expect((sent as never[]).filter(isState)).toEqual([]);
  changed(new Uri("file", join(folder, "disk[1].img")));
  await found(isState, sent);
  session.dispose();
});

it("a boot chooses the firmware by the image's content, and refuses one that names other files", async () => {
  const { bootImage } = await import("../../../src/vscode/commands/bootImage.ts");
  const started: { media: { firmware?: string } }[] = [];
  const parts = {
    engine,
    log: { info: () => undefined },
    consoleView: { show: async () => undefined },
    boots: {
      run: (_: string, __: string, work: (signal: AbortSignal) => unknown) =>
        work(new AbortController().signal),
    },
    machines: { start: async (spec: never) => started.push(spec) },
  } as never;
  await bootImage(parts, new Uri("file", join(folder, "disk[1].img")));
  expect(started.map(({ media }) => media.firmware)).toEqual(["bios"]);
  const refused = bootImage(parts, new Uri("file", join(folder, "other.vmdk")));
  await expect(refused).rejects.toMatchObject({ code: "disk-image-refused" });
  expect(started).toHaveLength(1);
});
