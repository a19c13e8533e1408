export interface WebviewPageOptions {
  /** Title of the document; read by screen readers. */
  readonly title: string;
  /** URI of the bundle, as `webview.asWebviewUri` gives it. */
  readonly script: string;
  /** URI of the bundle's style sheet. */
  readonly style: string;
  /** Fresh random text for each page. */
  readonly nonce: string;
  /** `webview.cspSource`. */
  readonly cspSource: string;
  /** Only for the console: the terminal makes style elements of its own. */
  readonly allowInlineStyle: boolean;
}

/** The HTML of a webview: nothing but its bundle may run, nothing remote may load. */
export function webviewPage(options: WebviewPageOptions): string {
  // Where a nonce is given, 'unsafe-inline' is void. The controls' toolkit makes one style element, with this nonce.
  const inlineStyle = options.allowInlineStyle ? "'unsafe-inline'" : `'nonce-${options.nonce}'`;
  const policy = [
    "default-src 'none'",
    `script-src 'nonce-${options.nonce}'`,
    `style-src ${options.cspSource} ${inlineStyle}`,
  ].join("; ");
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="UTF-8">
<meta http-equiv="Content-Security-Policy" content="${escapeHtml(policy)}">
<meta property="csp-nonce" content="${escapeHtml(options.nonce)}">
<meta name="viewport" content="width=device-width, initial-scale=1.0">
<title>${escapeHtml(options.title)}</title>
<link rel="stylesheet" href="${escapeHtml(options.style)}">
</head>
<body>
<div id="app"></div>
<script nonce="${escapeHtml(options.nonce)}" src="${escapeHtml(options.script)}"></script>
</body>
</html>
`;
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"]/g, char => `&#${char.charCodeAt(0)};`);
}
