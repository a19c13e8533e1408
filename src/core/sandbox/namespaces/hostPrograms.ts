import { lstatSync, readlinkSync } from "node:fs";

const programFolders = ["/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32"];
// What programs need of /etc; nothing of it tells one host from another, or whom it belongs to.
const settings = [
  ...["/etc/alternatives", "/etc/ld.so.cache", "/etc/ld.so.conf", "/etc/ld.so.conf.d", "/etc/ssl/certs"],
  ...["/etc/ca-certificates", "/etc/pki/tls/certs", "/etc/pki/ca-trust", "/etc/crypto-policies"],
  ...["/etc/protocols", "/etc/services", "/etc/mime.types"],
];

/** bubblewrap's arguments that show the host's programs, read only. */
export function hostPrograms(): string[] {
  const args = ["--ro-bind", "/usr", "/usr"];
  for (const folder of programFolders) {
    const found = lstatSync(folder, { throwIfNoEntry: false });
    if (found?.isSymbolicLink()) args.push("--symlink", readlinkSync(folder), folder);
    else if (found) args.push("--ro-bind", folder, folder);
  }
  for (const path of settings) args.push("--ro-bind-try", path, path);
  return args;
}
