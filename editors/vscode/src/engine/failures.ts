/** How requests to the engine fail: one error with the protocol's `kind`, and a message for people. */
import { ConnectionError, ResponseError } from "vscode-jsonrpc/node";

export class RequestFailed extends Error {
  override readonly name = "RequestFailed";
  /** The protocol's `data.kind`; `engineLost` when the engine went away, `missing` when there is none. */
  readonly kind: string;
  readonly data: Readonly<Record<string, unknown>>;

  constructor(kind: string, message: string, data: Readonly<Record<string, unknown>> = {}) {
    super(message);
    this.kind = kind;
    this.data = data;
  }
}

/** What vscode-jsonrpc rejects with, as our own error. */
export function asFailure(error: unknown): RequestFailed {
  if (error instanceof RequestFailed) return error;
  if (error instanceof ResponseError && isRecord(error.data) && typeof error.data.kind === "string") {
    return new RequestFailed(error.data.kind, error.message, error.data);
  }
  if (isLost(error)) return new RequestFailed("engineLost", "The engine went away before it answered.");
  return new RequestFailed("internal", error instanceof Error ? error.message : String(error));
}

/** Nobody has answered: what `vscode-jsonrpc` says itself (-32099 to -32097), and what writing to a pipe that is gone gives. */
export function isLost(error: unknown): boolean {
  return (
    error instanceof ConnectionError ||
    (error instanceof ResponseError && error.code >= -32099 && error.code <= -32097) ||
    (error instanceof Error && "code" in error && error.code === "EPIPE")
  );
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
