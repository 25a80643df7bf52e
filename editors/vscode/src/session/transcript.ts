/**
 * What a session's events have made of it: plain data, the same in the extension host and in the webview.
 *
 * Changed only by `fold.ts` and `snapshot.ts`. The containers are changed in place; a message or a part that changes is
 * replaced by another object, so that whoever draws it compares identities.
 */
import type {
  ContextUse,
  Failure,
  Message,
  PermissionRequest,
  QuestionRequest,
  QueuedPrompt,
  Session,
  StopReason,
  Todo,
  Usage,
} from "sessiond-protocol";

export interface Turn {
  readonly id: string;
  readonly startedAt: number;
  readonly kind: "chat" | "summarize";
  readonly model: string;
  readonly ended?: {
    readonly at: number;
    readonly stopReason: StopReason;
    readonly usage: Usage;
    readonly cost: number | null;
    readonly error?: Failure;
  };
}

/** How far a running tool says that it is. */
export interface Progress {
  readonly text: string;
  readonly done: number | null;
  readonly total: number | null;
}

export interface Activity {
  readonly state: "compacting" | "idle" | "retrying" | "running" | "waiting";
  readonly attempt: number | null;
  readonly nextTryAt: number | null;
  readonly reason: string | null;
}

export interface NoticeLine {
  readonly severity: "error" | "info" | "warning";
  readonly text: string;
  /** The message it came behind; empty at the beginning. */
  readonly after: string;
}

export interface Transcript {
  /** Of the last durable event that was folded. */
  seq: number;
  session: Session | null;
  /** In the order of the conversation. */
  messages: Message[];
  /** How to read the messages before the first one; null when there are none. */
  older: string | null;
  /** The message of each part that has started and not ended, by the part's id. */
  open: Record<string, string>;
  permissions: PermissionRequest[];
  questions: QuestionRequest[];
  turns: Record<string, Turn>;
  todos: Todo[];
  queue: QueuedPrompt[];
  /** Why the queue does not go on by itself. */
  held: string | null;
  /** Messages that were taken back, until a prompt seals it. */
  hidden: Message[];
  /** Whether an unrevert would bring something again. */
  reverted: boolean;
  /** Ids of tool parts whose output the model no longer gets. */
  trimmed: string[];

  // Live: never replayed, and gone with the connection.
  activity: Activity;
  context: ContextUse | null;
  /** The input so far of a tool call that is still being written, by part. */
  inputs: Record<string, string>;
  progress: Record<string, Progress>;
  notices: NoticeLine[];
  /** Texts of open parts whose start a replay is still to bring, by part. */
  awaited: Record<string, string>;
}

export const idle: Activity = { state: "idle", attempt: null, nextTryAt: null, reason: null };

export function emptyTranscript(): Transcript {
  return {
    seq: 0,
    session: null,
    messages: [],
    older: null,
    open: {},
    permissions: [],
    questions: [],
    turns: {},
    todos: [],
    queue: [],
    held: null,
    hidden: [],
    reverted: false,
    trimmed: [],
    activity: idle,
    context: null,
    inputs: {},
    progress: {},
    notices: [],
    awaited: {},
  };
}

/** How many questions wait for its user. */
export function openQuestions({ permissions, questions }: Transcript): number {
  return permissions.length + questions.length;
}
