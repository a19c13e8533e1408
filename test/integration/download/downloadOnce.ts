import { download } from "../../../src/core/build/download.ts";

const [url = "", sha256 = "", folder = ""] = process.argv.slice(2);
const options = {
  url,
  sha256,
  folder,
  env: process.env,
  signal: new AbortController().signal,
  pausesMs: [1, 1],
};
const said = await download(options).catch(error => `${error.code} ${error.message} ${error.advice}`);
process.stdout.write(`${said}\n`);
