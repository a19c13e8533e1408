/** Diagonal lines of one colour on another: the bars of what was removed differ from added ones by more than colour. */
export function hatch(line: string, ground: string): CanvasPattern | string {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = 6;
  const context = canvas.getContext("2d");
  if (!context) return line;
  context.fillStyle = ground;
  context.fillRect(0, 0, 6, 6);
  context.strokeStyle = line;
  context.lineWidth = 2;
  context.beginPath();
  for (const shift of [-6, 0, 6]) {
    context.moveTo(shift, 6);
    context.lineTo(shift + 6, 0);
  }
  context.stroke();
  return context.createPattern(canvas, "repeat") ?? line;
}
