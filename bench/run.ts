// `npm run bench`: every figure the project promises, measured in one run on this machine, ratios side by side.
// Nothing here passes or fails; a person reads it. Set-up is that of `npm test`.
import { activation } from "./activation.ts";
import { bundleSizes } from "./bundleSizes.ts";
import { debianBase } from "./debianBase.ts";
import { editOneFile } from "./editOneFile.ts";
import { printFigures } from "./figures.ts";
import { identicalBytes } from "./identicalBytes.ts";
import { isoStep } from "./isoStep.ts";
import { qcow2Size } from "./qcow2Size.ts";
import { treemap } from "./treemap.ts";
import { unchangedRebuild } from "./unchangedRebuild.ts";

const parts = {
  unchangedRebuild,
  editOneFile,
  identicalBytes,
  qcow2Size,
  isoStep,
  bundleSizes,
  treemap,
  activation,
};
// These take minutes and the network, so they run only when named.
const long = { debianBase };
const asked = process.argv.slice(2);

for (const [name, measure] of Object.entries(parts)) {
  if (asked.length === 0 || asked.includes(name)) printFigures(await measure());
}
for (const [name, measure] of Object.entries(long)) {
  if (asked.includes(name)) printFigures(await measure());
}
