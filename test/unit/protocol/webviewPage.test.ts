import { expect, it } from "vitest";
import { webviewPage } from "../../../src/shared/webviewPage.ts";

const options = {
  title: "Sizes of <boots> & co",
  script: "https://host/sizes.js?a=1&b=2",
  style: "https://host/sizes.css",
  nonce: "abc123",
  cspSource: "https://host",
  allowInlineStyle: false,
};

it("lets only its own bundle run and nothing remote load", () => {
  const page = webviewPage(options);
  expect(page).toContain(
    `content="default-src 'none'; script-src 'nonce-abc123'; style-src https://host 'nonce-abc123'"`,
  );
  expect(page).toContain(`<script nonce="abc123" src="https://host/sizes.js?a=1&#38;b=2"></script>`);
});

it("allows style elements only where they are asked for", () => {
  expect(webviewPage(options)).not.toContain("unsafe-inline");
  expect(webviewPage({ ...options, allowInlineStyle: true })).toContain(
    "style-src https://host 'unsafe-inline'\"",
  );
});

it("escapes names", () => {
  expect(webviewPage(options)).toContain("<title>Sizes of &#60;boots&#62; &#38; co</title>");
});
