import { isBoolean, isCount, isString } from "./guards.ts";

/** The forms that messages have on the wire; `body` is checked by the protocol they belong to. */
export type Envelope = EventEnvelope | RequestEnvelope | ReplyEnvelope;

export interface EventEnvelope {
  readonly kind: "event";
  readonly name: string;
  readonly body: unknown;
}

export interface RequestEnvelope {
  readonly kind: "request";
  readonly id: number;
  readonly name: string;
  readonly body: unknown;
}

export type ReplyEnvelope =
  | { readonly kind: "reply"; readonly id: number; readonly ok: true; readonly body: unknown }
  | { readonly kind: "reply"; readonly id: number; readonly ok: false; readonly message: string };

export function isEnvelope(value: unknown): value is Envelope {
  if (typeof value !== "object" || value === null) return false;
  const { kind, id, name, ok, message } = value as Record<string, unknown>;
  if (kind === "event") return isString(name);
  if (kind === "request") return isString(name) && isCount(id);
  return kind === "reply" && isCount(id) && isBoolean(ok) && (ok || isString(message));
}
