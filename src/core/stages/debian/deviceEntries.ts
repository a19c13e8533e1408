import type { NewEntry } from "../../tree/layer.ts";

const nodes: Readonly<Record<string, readonly [major: number, minor: number]>> = {
  console: [5, 1],
  full: [1, 7],
  null: [1, 3],
  ptmx: [5, 2],
  random: [1, 8],
  tty: [5, 0],
  urandom: [1, 9],
  zero: [1, 5],
};
const links: Readonly<Record<string, string>> = {
  fd: "/proc/self/fd",
  stderr: "/proc/self/fd/2",
  stdin: "/proc/self/fd/0",
  stdout: "/proc/self/fd/1",
};

/** /dev as mmdebstrap writes it into its tarballs, which need no root for it either. */
export function deviceEntries(clock: number): NewEntry[] {
  const base = { uid: 0, gid: 0, mtime: clock };
  const folders = ["dev", "dev/pts", "dev/shm"];
  return [
    ...folders.map(path => ({ type: "directory" as const, path, mode: 0o755, ...base })),
    ...Object.entries(nodes).map(([name, [major, minor]]) => {
      return { type: "char" as const, path: `dev/${name}`, mode: 0o666, ...base, major, minor };
    }),
    ...Object.entries(links).map(([name, target]) => {
      return { type: "symlink" as const, path: `dev/${name}`, mode: 0o777, ...base, target };
    }),
  ];
}
