import { Failure } from "../../failure.ts";
import { shownUrl } from "./url.ts";

/** One try of a download did not work out. */
export class Broken extends Error {
  override readonly name = "Broken";
  /** Worth another try. */
  readonly passing: boolean;
  /** HTTP status, when the server gave an answer. */
  readonly status: number | undefined;
  readonly advice: string | undefined;

  /** @param message completes the sentence "… cannot be downloaded: …". */
  constructor(
    message: string,
    details: { passing?: boolean; status?: number; advice?: string | undefined; cause?: unknown } = {},
  ) {
    super(message, { cause: details.cause });
    this.passing = details.passing ?? true;
    this.status = details.status;
    this.advice = details.advice;
  }
}

/** The other side sent nothing for `idleMs` milliseconds. */
export function silent(who: string, idleMs: number): Broken {
  return new Broken(`${who} was silent for ${idleMs / 1000} s`);
}

/** Failure `download-failed` for the last of some tries. */
export function downloadFailed(url: URL, broken: Broken, tries: number): Failure {
  const often = tries > 1 ? ` (${tries} tries)` : "";
  return new Failure("download-failed", `${shownUrl(url)} cannot be downloaded: ${broken.message}${often}.`, {
    advice: broken.advice ?? adviceFor(broken.status),
    cause: broken,
  });
}

function adviceFor(status: number | undefined): string {
  if (status === 404 || status === 410) return "Check the URL; the file may have been moved or replaced.";
  if (status === 401 || status === 403) return "The server wants to know who you are, or forbids this file.";
  if (status === 407) return "The proxy wants a name and password: write them in the proxy variable.";
  return "Build again later: the download goes on where it stopped.";
}

const certificate =
  /^(CERT_|ERR_TLS_CERT|UNABLE_TO_|DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN|HOSTNAME_MISMATCH)/;

/** Says in words why the connection to `url` (or to its proxy) failed. */
export function explainConnection(url: URL, error: unknown): Broken {
  if (error instanceof Broken) return error;
  const { code = "", message } =
    error instanceof Error ? (error as NodeJS.ErrnoException) : { message: String(error) };
  const { hostname, host } = url;
  const network = "Check the network. Behind a proxy, set HTTPS_PROXY (and HTTP_PROXY).";
  const give = (why: string, advice: string | undefined, passing = true) =>
    new Broken(why, { advice, passing, cause: error });
  if (certificate.test(code)) {
    const advice =
      "Nothing was fetched. If the server (or a proxy that opens TLS) has a certificate of its own authority, name " +
      "that in NODE_EXTRA_CA_CERTS.";
    return give(`the certificate of ${hostname} is not trusted (${message})`, advice, false);
  }
  if (code === "EPROTO" || code.startsWith("ERR_SSL"))
    return give(`${host} does not speak TLS there`, undefined, false);
  if (code.startsWith("HPE_"))
    return give(`${host} does not answer as HTTP servers do (${message})`, undefined);
  switch (code) {
    case "ENOTFOUND":
      return give(`the host ${hostname} is not known`, `Check the spelling. ${network}`, false);
    case "EAI_AGAIN":
      return give(`the name ${hostname} cannot be looked up now`, network);
    case "ECONNREFUSED":
      return give(`${host} refuses the connection`, network);
    case "EHOSTUNREACH":
    case "ENETUNREACH":
      return give(`there is no way to ${host}`, network);
    case "ETIMEDOUT":
      return give(`${host} does not answer`, network);
    case "ECONNRESET":
    case "EPIPE":
      return give(`${host} broke the connection off`, undefined);
    default:
      return give(`the connection to ${host} failed (${message || code})`, undefined);
  }
}
