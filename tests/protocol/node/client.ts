// A small client that leans on the declarations: unions narrow by `type`, methods know their results.

import type {
  ErrorKind,
  Event,
  Message,
  Notifications,
  Part,
  Requests,
} from "../../../protocol/sessiond_protocol/schema/sessiond";

interface Connection {
  request<M extends keyof Requests>(method: M, params: Requests[M]["params"]): Promise<Requests[M]["result"]>;
  on<N extends keyof Notifications>(name: N, listener: (params: Notifications[N]) => void): void;
}

function unreachable(value: never): never {
  throw new Error(`unknown: ${JSON.stringify(value)}`);
}

function describe(event: Event): string {
  switch (event.type) {
    case "part.delta":
      return event.text;
    case "part.started":
    case "part.ended":
      return textOf(event.part);
    case "tool.changed":
      return `${event.seq}: ${event.state.status}`;
    case "tool.progress":
      return event.text ?? "";
    case "message.added":
      return event.message.parts.map(textOf).join("");
    case "message.ended":
      return `${event.finishReason} ${event.usage.output}`;
    case "turn.started":
      return event.model;
    case "turn.ended":
      return event.cost === null ? event.stopReason : `${event.stopReason} $${event.cost.toFixed(4)}`;
    case "permission.asked":
      return event.request.title;
    case "permission.replied":
      return event.decision;
    case "question.asked":
      return `${event.request.source}: ${event.request.message}`;
    case "question.answered":
      return event.answer.action;
    case "queue.changed":
      return event.held ?? event.queue.map((prompt) => prompt.id).join(", ");
    case "session.reverted":
    case "session.unreverted":
      return event.files.map((file) => `${file.path}: ${file.reason ?? file.outcome}`).join(", ");
    case "session.sealed":
      return event.type;
    case "usage.added":
      return `${event.purpose}: ${event.model}`;
    case "todo.changed":
      return event.todos.map((todo) => todo.content).join(", ");
    case "session.created":
    case "session.updated":
    case "session.deleted":
      return event.session.title;
    case "status":
      return event.state;
    case "notice":
      return event.text;
    case "context":
      return event.limit === undefined ? `${event.used}` : `${event.used} of ${event.limit}`;
    case "context.trimmed":
      return event.partIds.join(", ");
    case "event.lost":
      return event.reason ?? "";
    default:
      return unreachable(event);
  }
}

function textOf(part: Part): string {
  switch (part.type) {
    case "text":
    case "reasoning":
      return part.text;
    case "file":
      return part.uri;
    case "tool":
      return part.state.output ?? part.name;
    default:
      return unreachable(part);
  }
}

export async function converse(connection: Connection, text: string): Promise<Message | null> {
  connection.on("session/event", ({ events }) => events.forEach((event) => describe(event)));
  const session = await connection.request("session/create", { directory: "/project" });
  const answer = await connection.request("session/chat", { sessionId: session.id, text });
  return "message" in answer ? answer.message : null;
}

export function isBusy(kind: ErrorKind): boolean {
  return kind === "sessionBusy";
}

export async function mistakes(connection: Connection, event: Event): Promise<void> {
  // @ts-expect-error there is no such method
  await connection.request("session/invent", {});
  // @ts-expect-error sessionId is required
  await connection.request("session/get", {});
  // @ts-expect-error only a delta has text before the event is narrowed
  event.text;
  // @ts-expect-error live events carry no seq
  if (event.type === "status") event.seq;
}
