/**
 * The one place that knows what an event means: `fold` takes it into the transcript.
 *
 * Total and free of I/O: no order of events makes it throw, and what it does not know changes nothing. The extension
 * host and the webview fold the same events to the same transcript, and so do the engine and the other editors.
 */
import type { Event, Message, Part, Session, ToolPart } from "sessiond-protocol";
import { foldLive } from "./live.ts";
import type { Transcript } from "./transcript.ts";

type Of<T extends Event["type"]> = Extract<Event, { type: T }>;
type Takes = { [T in Event["type"]]?: (transcript: Transcript, event: Of<T>) => void };

export function fold(transcript: Transcript, event: Event): void {
  if ("seq" in event) {
    // Known already: a replay may overlap with what came before it.
    if (event.seq <= transcript.seq) return;
    transcript.seq = event.seq;
  }
  const take = takes[event.type] as ((transcript: Transcript, event: Event) => void) | undefined;
  if (take) take(transcript, event);
  else foldLive(transcript, event);
}

export function foldAll(transcript: Transcript, events: Iterable<Event>): Transcript {
  for (const event of events) fold(transcript, event);
  return transcript;
}

const takes: Takes = {
  "session.created": (transcript, { session }) => void (transcript.session = session),
  "session.updated": (transcript, { session }) => void (transcript.session = updated(transcript.session, session)),
  "session.deleted": (transcript, { session }) => void (transcript.session = session),

  "turn.started": (transcript, { turnId, at, kind, model }) => {
    transcript.turns[turnId] = { id: turnId, startedAt: at, kind, model };
    if (transcript.session) transcript.session = { ...transcript.session, turnId, updatedAt: at };
  },
  "turn.ended": (transcript, event) => {
    const { turnId, at, stopReason, usage, cost, error } = event;
    const turn = transcript.turns[turnId] ?? { id: turnId, startedAt: at, kind: "chat", model: "" };
    transcript.turns[turnId] = { ...turn, ended: { at, stopReason, usage, cost, ...(error && { error }) } };
    if (transcript.session) transcript.session = { ...spent(transcript.session, event), turnId: null, updatedAt: at };
  },
  "usage.added": (transcript, event) => {
    if (transcript.session) transcript.session = spent(transcript.session, event);
  },

  "message.added": (transcript, { message }) => {
    const index = indexOf(transcript, message.id);
    if (index < 0) transcript.messages.push(message);
    else transcript.messages[index] = message;
  },
  "message.ended": (transcript, { messageId, usage, cost, finishReason, error }) =>
    changeMessage(transcript, messageId, (message) =>
      message.finishReason ? message : { ...message, usage, cost, finishReason, error: error ?? null },
    ),
  "part.started": (transcript, { messageId, part }) => {
    const text = transcript.awaited[part.id];
    changeMessage(transcript, messageId, (message) => ({
      ...message,
      parts: [...message.parts, withText(part, text)],
    }));
    if (text !== undefined && part.type === "tool") transcript.inputs[part.id] = text;
    Reflect.deleteProperty(transcript.awaited, part.id);
    transcript.open[part.id] = messageId;
  },
  "part.ended": (transcript, { messageId, part }) => {
    close(transcript, part.id);
    changeMessage(transcript, messageId, (message) => ({ ...message, parts: replaced(message.parts, part) }));
  },
  "tool.changed": (transcript, { messageId, partId, state }) => {
    if (state.status !== "pending") Reflect.deleteProperty(transcript.inputs, partId);
    changePart(transcript, messageId, partId, (part) =>
      part.type === "tool" ? ({ ...part, state } satisfies ToolPart) : part,
    );
  },

  "permission.asked": (transcript, event) => {
    transcript.permissions = [...without(transcript.permissions, event.request.id), event.request];
    count(transcript, event, 1);
  },
  "permission.replied": (transcript, event) => {
    transcript.permissions = without(transcript.permissions, event.requestId);
    count(transcript, event, -1);
  },
  "question.asked": (transcript, event) => {
    transcript.questions = [...without(transcript.questions, event.request.id), event.request];
    count(transcript, event, 1);
  },
  "question.answered": (transcript, event) => {
    transcript.questions = without(transcript.questions, event.requestId);
    count(transcript, event, -1);
  },
  "todo.changed": (transcript, { todos }) => void (transcript.todos = todos),
  "queue.changed": (transcript, { queue, held }) => {
    transcript.queue = queue;
    transcript.held = held ?? null;
  },
  "context.trimmed": (transcript, { partIds }) =>
    void (transcript.trimmed = [...new Set([...transcript.trimmed, ...partIds])]),

  "session.reverted": (transcript, { messageId, conversation }) => {
    transcript.reverted = true;
    const index = conversation ? indexOf(transcript, messageId) : -1;
    if (index >= 0) transcript.hidden = [...transcript.messages.splice(index), ...transcript.hidden];
  },
  "session.unreverted": (transcript) => {
    transcript.messages.push(...transcript.hidden);
    seal(transcript);
  },
  "session.sealed": (transcript) => seal(transcript),
  "event.lost": () => undefined,
};

/** Settings come with the event; totals and the running turn are the log's to say. */
function updated(known: Session | null, session: Session): Session {
  if (!known) return session;
  const { turnId, waiting, usage, cost } = known;
  return { ...session, turnId, waiting, usage, cost };
}

/** What waits in a child is overheard live, and counted there. */
function count(transcript: Transcript, event: Event, more: number): void {
  const { session } = transcript;
  if (session && "seq" in event) transcript.session = { ...session, waiting: Math.max(0, session.waiting + more) };
}

/** A turn in which no model has told any tokens leaves the sums as they are. */
function spent(session: Session, { usage, cost }: Pick<Session, "usage" | "cost">): Session {
  const told = cost !== null || Object.values({ ...usage }).some((tokens) => tokens > 0);
  if (!told) return session;
  const sum = {
    input: session.usage.input + usage.input,
    output: session.usage.output + usage.output,
    reasoning: session.usage.reasoning + usage.reasoning,
    cacheRead: session.usage.cacheRead + usage.cacheRead,
    cacheWrite: session.usage.cacheWrite + usage.cacheWrite,
  };
  return { ...session, usage: sum, cost: session.cost === null || cost === null ? null : plus(session.cost, cost) };
}

/** Money is decimal: what a sum of floats adds of its own is cut off. */
function plus(a: number, b: number): number {
  return Number((a + b).toFixed(12));
}

function seal(transcript: Transcript): void {
  transcript.hidden = [];
  transcript.reverted = false;
}

export function changePart(
  transcript: Transcript,
  messageId: string,
  partId: string,
  change: (part: Part) => Part,
): void {
  changeMessage(transcript, messageId, (message) => {
    const index = message.parts.findLastIndex((part) => part.id === partId);
    const part = message.parts[index];
    return part ? { ...message, parts: message.parts.with(index, change(part)) } : message;
  });
}

function changeMessage(transcript: Transcript, messageId: string, change: (message: Message) => Message): void {
  const index = indexOf(transcript, messageId);
  const message = transcript.messages[index];
  if (message) transcript.messages[index] = change(message);
}

/** What changes is nearly always at the end. */
function indexOf(transcript: Transcript, messageId: string): number {
  return transcript.messages.findLastIndex((message) => message.id === messageId);
}

function close(transcript: Transcript, partId: string): void {
  for (const kept of [transcript.open, transcript.inputs, transcript.progress, transcript.awaited])
    Reflect.deleteProperty(kept, partId);
}

function replaced(parts: Part[], part: Part): Part[] {
  const index = parts.findLastIndex(({ id }) => id === part.id);
  return index < 0 ? [...parts, part] : parts.with(index, part);
}

export function withText(part: Part, text: string | undefined): Part {
  return text !== undefined && (part.type === "text" || part.type === "reasoning") ? { ...part, text } : part;
}

function without<T extends { id: string }>(list: readonly T[], id: string): T[] {
  return list.filter((each) => each.id !== id);
}
