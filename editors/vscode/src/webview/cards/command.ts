/** The whole command that a permission is asked for; the title of the request is cut. Pure. */
import type { Message, PermissionRequest } from "sessiond-protocol";

/** As it would be run. Undefined for calls of other tools, and for those of a task, whose messages are elsewhere. */
export function commandAskedFor(
  { messageId, partId }: PermissionRequest,
  messages: readonly Message[],
): string | undefined {
  const part = messages.find(({ id }) => id === messageId)?.parts.find(({ id }) => id === partId);
  if (part?.type !== "tool" || part.name !== "bash") return undefined;
  const { command } = (part.state.input ?? {}) as { command?: unknown };
  return typeof command === "string" ? command : undefined;
}
