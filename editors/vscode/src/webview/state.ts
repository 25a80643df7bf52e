/** What the page shows: folded from what the host says, drawn at most once a frame. Components read it and change nothing. */
import type { Event } from "sessiond-protocol";
import { fold, withText } from "../session/fold.ts";
import type { Transcript } from "../session/transcript.ts";
import type { EngineState } from "../contract.ts";
import type { Kept, Models, Place, Preferences, Told, ToWebview } from "../panel/messages.ts";
import { announce, announcementOf } from "./announcements.ts";

export interface ChatState {
  transcript: Transcript | null;
  /** Whether the host has said anything yet. */
  known: boolean;
  place: Place;
  engine: EngineState;
  preferences: Preferences;
  models: Models;
  /** From before the page was made; the prompt box begins with it. */
  kept: Kept;
}

export const chat: ChatState = {
  transcript: null,
  known: false,
  place: { directory: undefined, choosable: false, trusted: true },
  engine: { kind: "idle" },
  preferences: { sendWith: "enter", whenBusy: "queue", reasoning: "folded" },
  models: { all: [], recent: [], default: null, next: null },
  kept: { draft: "", chips: [], history: [] },
};

type Later = Exclude<
  ToWebview,
  { type: "snapshot" | "place" | "events" | "engine" | "preferences" | "models" | "kept" }
>;

let draw: () => void = () => undefined;
const listeners = new Set<(message: Later) => void>();
/** Said before anything was drawn that could hear it. */
const early: Later[] = [];

export function begin(drawing: () => void): void {
  draw = drawing;
  window.addEventListener("message", ({ data }: MessageEvent<ToWebview>) => take(data));
}

/** What is said to one component: an answer, something to insert, the focus. */
export function onMessage(listener: (message: Later) => void): () => void {
  listeners.add(listener);
  // Components that are drawn at once begin to listen at once.
  if (early.length) queueMicrotask(() => early.splice(0).forEach(hear));
  return () => listeners.delete(listener);
}

function take(message: ToWebview): void {
  switch (message.type) {
    case "snapshot":
      Object.assign(chat, { transcript: message.transcript, known: true });
      break;
    case "place":
      chat.place = message.place;
      break;
    case "events":
      takeEvents(message);
      break;
    case "engine":
      chat.engine = message.state;
      break;
    case "kept":
      chat.kept = message.kept;
      break;
    case "preferences":
      chat.preferences = message.preferences;
      break;
    case "models":
      chat.models = message.models;
      break;
    default:
      if (listeners.size) hear(message);
      else early.push(message);
      return;
  }
  drawSoon();
}

function hear(message: Later): void {
  for (const listener of listeners) listener(message);
}

function takeEvents({ sessionId, events }: Extract<ToWebview, { type: "events" }>): void {
  if (chat.transcript?.session?.id !== sessionId) return;
  for (const told of events) {
    const event = whole(told, chat.transcript);
    fold(chat.transcript, event);
    const said = announcementOf(event, chat.transcript);
    if (said) announce(said);
  }
}

/** The event as the engine has said it: a text that is here already was not sent again. */
function whole(told: Told, { messages }: Transcript): Event {
  if (told.type !== "part.endedAsKnown") return told;
  const { part, messageId } = told;
  const known = messages.findLast(({ id }) => id === messageId)?.parts.find(({ id }) => id === part.id);
  return { ...told, type: "part.ended", part: withText(part, known && "text" in known ? known.text : undefined) };
}

let drawing = false;

export function drawSoon(): void {
  if (drawing) return;
  drawing = true;
  requestAnimationFrame(() => {
    drawing = false;
    draw();
  });
}
