// Drawn for this product on a grid of 16, strokes of 1.2: VS Code's icon font is not available to webviews.
const shapes = {
  arrowDown: "M8 3v9.5M4 8.5l4 4 4-4",
  arrowUp: "M8 13V3.5M4 7.5l4-4 4 4",
  back: "M13 8H3.5M7.5 4l-4 4 4 4",
  camera: "M2 5h3l1-2h4l1 2h3v8H2zM8 6.5a2.4 2.4 0 1 0 0 4.8 2.4 2.4 0 0 0 0-4.8z",
  check: "M3 8.5l3.2 3.2L13 4.8",
  clear: "M2.5 4h11M2.5 8h6M2.5 12h4M10.5 9.5l4 4M14.5 9.5l-4 4",
  close: "M4 4l8 8M12 4l-8 8",
  copy: "M5.5 5.5h8v8h-8zM10.5 5.5v-3h-8v8h3",
  error: "M8 1.8a6.2 6.2 0 1 0 0 12.4A6.2 6.2 0 0 0 8 1.8zM5.8 5.8l4.4 4.4M10.2 5.8l-4.4 4.4",
  file: "M3.5 1.8h5.7l3.3 3.3v9.1h-9zM9.2 1.8v3.3h3.3",
  folder: "M1.8 3.5h4.4l1.4 1.7h6.6v7.6H1.8z",
  info: "M8 1.8a6.2 6.2 0 1 0 0 12.4A6.2 6.2 0 0 0 8 1.8zM8 7.2v4M8 4.7v1",
  interrupt: "M7 5.2A3.6 3.6 0 1 0 7 11M10 5.5h4M12 5.5v6",
  link: "M3 13c0-4.5 2-7 7-7h2M9.5 3L13 6l-3.5 3",
  lock: "M3.5 7.2h9v6.6h-9zM5.3 7.2V5a2.7 2.7 0 0 1 5.4 0v2.2",
  output: "M2.2 3.2h11.6v3.2H2.2zM2.2 9.6h11.6v3.2H2.2zM4.4 4.8h.6M4.4 11.2h.6",
  package: "M8 1.8l5.8 3v6.4L8 14.2l-5.8-3V4.8zM2.2 4.8L8 7.8l5.8-3M8 7.8v6.4",
  paste: "M5.5 3h-2v11h9V3h-2M5.5 1.8h5v2.6h-5z",
  pause: "M5.5 3.5v9M10.5 3.5v9",
  play: "M4.5 2.8l8 5.2-8 5.2z",
  power: "M8 1.8v6M4.8 3.8a5.2 5.2 0 1 0 6.4 0",
  reset: "M3.2 5.2A5.4 5.4 0 1 1 2.6 8.6M3 1.8v3.6h3.6",
  save: "M8 2v8M4.6 6.8L8 10.2l3.4-3.4M2.5 13.5h11",
  search: "M6.8 2.2a4.6 4.6 0 1 0 0 9.2 4.6 4.6 0 0 0 0-9.2zM10.2 10.2l4 4",
  stop: "M3.5 3.5h9v9h-9z",
  table: "M2 3h12v10H2zM2 6.3h12M2 9.7h12M6.5 6.3V13",
  terminal: "M2 2.8h12v10.4H2zM4.6 6l2.4 2-2.4 2M8.4 10.4h3",
  treemap: "M2 2.8h12v10.4H2zM8.8 2.8v10.4M8.8 8.4H14M2 9.4h6.8",
  warning: "M8 2l6.4 11.6H1.6zM8 6.2v3.6M8 11v1",
} as const;

export type IconName = keyof typeof shapes;

const svgNamespace = "http://www.w3.org/2000/svg";

/** A 16 by 16 picture in the colour of the text around it; says nothing to screen readers. */
export function icon(name: IconName): SVGSVGElement {
  const svg = document.createElementNS(svgNamespace, "svg");
  const path = document.createElementNS(svgNamespace, "path");
  const attributes = {
    viewBox: "0 0 16 16",
    width: "16",
    height: "16",
    class: "icon",
    "aria-hidden": "true",
  };
  for (const [key, value] of Object.entries(attributes)) svg.setAttribute(key, value);
  path.setAttribute("d", shapes[name]);
  svg.append(path);
  return svg;
}
