import type { ImageReport } from "../../../shared/inspection.ts";
import type { InspectionPage } from "../../../shared/inspectionPage.ts";
import { diskPage } from "./diskPage.ts";
import { efiPage } from "./efiPage.ts";
import { isoPage } from "./isoPage.ts";

/** A report on an image in the form that people get to see. */
export function imagePage(report: ImageReport): InspectionPage {
  if (report.kind === "disk") return diskPage(report);
  return report.kind === "iso" ? isoPage(report) : efiPage(report);
}
