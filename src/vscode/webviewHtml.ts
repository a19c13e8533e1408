import { randomBytes } from "node:crypto";
import * as vscode from "vscode";
import type { Port } from "../shared/protocol/channel.ts";
import { webviewPage } from "../shared/webviewPage.ts";

/** Locks a webview down to its own bundle and fills it with the page named `bundle`. */
export function fillWebview(
  webview: vscode.Webview,
  extension: vscode.Uri,
  bundle: "sizes" | "console" | "inspector",
  title: string,
): void {
  const folder = vscode.Uri.joinPath(extension, "dist", "webview");
  webview.options = { enableScripts: true, localResourceRoots: [folder] };
  webview.html = webviewPage({
    title,
    script: webview.asWebviewUri(vscode.Uri.joinPath(folder, `${bundle}.js`)).toString(),
    style: webview.asWebviewUri(vscode.Uri.joinPath(folder, `${bundle}.css`)).toString(),
    nonce: randomBytes(18).toString("base64"),
    cspSource: webview.cspSource,
    // xterm writes its own style elements and offers no nonce for them.
    allowInlineStyle: bundle === "console",
  });
}

/** A webview as one end of a channel. */
export function portOf(webview: vscode.Webview): Port {
  return {
    post: message => void webview.postMessage(message),
    onMessage: listener => {
      const subscription = webview.onDidReceiveMessage(listener);
      return () => subscription.dispose();
    },
  };
}
