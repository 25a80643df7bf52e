/**
 * What the rooms of the extension give each other: types only. `extension.ts` builds `Rooms` and hands it to each room.
 *
 * A room imports this file and what rooms share, and no other room: see ARCHITECTURE.md and test/rooms.test.ts.
 */
import type { ClientRequests, Event as SessionEvent, PromptPart, Requests, Session } from "sessiond-protocol";
import type { CancellationToken, Disposable, Event, ExtensionContext, LogOutputChannel } from "vscode";
import type { Transcript } from "./session/transcript.ts";
import type { Chip, Suggestion } from "./panel/messages.ts";

/** All that a room may use. */
export interface Rooms {
  readonly context: ExtensionContext;
  readonly log: LogOutputChannel;
  readonly memory: Memory;
  readonly engine: Engine;
  readonly sessions: Sessions;
  readonly actions: Actions;
  readonly panel: Panel;
  readonly waiting: Waiting;
}

/** What the window remembers of its workspace, see memory.ts. */
export interface Memory {
  get<T>(key: string, otherwise: T): T;
  update(key: string, value: unknown): Thenable<void>;
}

/** What `vscode.Disposable` is to whoever closes it. */
export interface Closable {
  dispose(): void;
}

/** Opens a room: it registers what it has, and closes with what it returns. */
export type Room = (rooms: Rooms) => Disposable;

// The engine ------------------------------------------------------------------------------------------------------

export type EngineState =
  | { readonly kind: "idle" }
  | { readonly kind: "starting" }
  | { readonly kind: "ready"; readonly version: string; readonly methods: readonly string[] }
  | { readonly kind: "waiting"; readonly reason: string; readonly attempt: number; readonly nextTryAt: number }
  | { readonly kind: "missing"; readonly reason: string }
  | { readonly kind: "failed"; readonly reason: string; readonly cause: FailedStart }
  /** Somebody has stopped it; the next request starts it. */
  | { readonly kind: "stopped" };

/** Why nothing is tried any more: it ends again and again, is another program, or one of another version. */
export type FailedStart = "ended" | "foreign" | "version";

/** Requests of the protocol, and those that its generated types may not have yet. */
export type Method = keyof Requests;

/** What the engine may ask of this editor: the protocol's own, and LSP's. */
export type Asked = keyof ClientRequests | "workspace/applyEdit" | "window/showMessageRequest";

export interface Engine extends Closable {
  readonly state: EngineState;
  /** What nobody has asked for is asked only then: it is ready, and nobody here is stopping it. */
  readonly atHand: boolean;
  readonly onDidChangeState: Event<EngineState>;
  /** Each time a connection stands: after the start, a restart, and nothing is subscribed yet. */
  readonly onDidConnect: Event<void>;
  /** Starts the engine if need be and waits for it. Rejects with `RequestFailed`; a token cancels. */
  request<M extends Method>(
    method: M,
    params: Requests[M]["params"],
    token?: CancellationToken,
  ): Promise<Requests[M]["result"]>;
  /** A method that the generated types do not have. */
  requestUntyped(method: string, params: object, token?: CancellationToken): Promise<unknown>;
  /** Dropped silently while no connection stands; whoever has state to tell does so again `onDidConnect`. */
  notify(method: string, params: object): void;
  onNotification(method: string, take: (params: never) => void): Disposable;
  /** Answers a request of the engine. What is answered when the engine starts is what it is told of; so register at once. */
  answer(method: Asked, give: (params: never, token: CancellationToken) => unknown): Disposable;
  /** Ends the process and starts it again, at once. */
  restart(): Promise<void>;
  /** Has it end, for all of its clients; there is none until something is asked for. */
  stop(when: "idle" | "now"): Promise<void>;
  /** Finds the program again, after an installation or a change of settings, and starts it. */
  start(): Promise<void>;
}

// Sessions --------------------------------------------------------------------------------------------------------

/** One session that this window listens to. The transcript is changed in place; messages and parts are replaced. */
export interface Conversation {
  readonly id: string;
  readonly transcript: Transcript;
  /** Ids of the messages that this window has sent. */
  readonly prompted: Set<string>;
  /** Events, just after they were folded, in order. */
  readonly onDidFold: Event<readonly SessionEvent[]>;
  /** The transcript is another one: a snapshot was taken, or older messages were read. */
  readonly onDidReset: Event<void>;
  /** Reads the page of messages before the oldest one; false when there is none. */
  readOlder(): Promise<boolean>;
}

export interface Sessions extends Closable {
  /** The one in the panel; undefined for a session that is still to be made by its first prompt. */
  readonly current: Conversation | undefined;
  readonly onDidChangeCurrent: Event<Conversation | undefined>;
  /** The one that is about to be in the panel; after a reload the one that was there before. */
  readonly coming: Promise<Conversation> | undefined;
  /** `provider/model` of a session that is still to be made; undefined for the configured one. */
  nextModel: string | undefined;
  /** The folder of the workspace that was chosen for a session that is still to be made; undefined: as `directory` says. */
  nextDirectory: string | undefined;
  readonly onDidChangeNextDirectory: Event<void>;
  /** Any event of any open conversation. */
  readonly onDidFold: Event<{ conversation: Conversation; events: readonly SessionEvent[] }>;
  /**
   * Listens to a session, which may still have to be made, and shows it, unless another is to be shown by then. One that was shown
   * before stays open while it runs or asks; of the rest the last few do.
   */
  show(sessionId: string | Promise<string>): Promise<Conversation>;
  /** The panel gets an empty conversation. */
  showNew(): void;
  /** Listens without showing, as long as it runs or is one of the last few. */
  open(sessionId: string): Promise<Conversation>;
  close(sessionId: string): void;
  find(sessionId: string): Conversation | undefined;
  /** Where a new session works: the chosen folder, else that of the active editor, else the first of the workspace. */
  directory(): string | undefined;
}

export interface Prompt {
  readonly text: string;
  /** Files and texts that go before it. */
  readonly parts?: readonly PromptPart[];
  readonly command?: { readonly name: string; readonly arguments: string };
  /** While a turn runs; by default as `sessiond.whenBusy` says. */
  readonly whenBusy?: "queue" | "steer";
}

export type Answer = "allowOnce" | "allowAlways" | "rejectOnce" | "rejectAlways";

/** What a user does; each works on the current conversation where it names none. Errors are shown, never thrown. */
export interface Actions {
  /** Makes the session if there is none. True when the prompt was accepted. */
  prompt(prompt: Prompt): Promise<boolean>;
  abort(): Promise<void>;
  replyPermission(requestId: string, answer: Answer, feedback?: string): Promise<void>;
  replyQuestion(requestId: string, action: "accept" | "decline", content?: Record<string, unknown>): Promise<void>;
  /** `null`: the configured one. */
  setModel(model: string | null): Promise<void>;
  /** True when it still waited. */
  updateQueued(queueId: string, change: { text?: string; mode?: "queue" | "steer" }): Promise<boolean>;
  removeQueued(queueId: string): Promise<void>;
  moveQueued(queueIds: readonly string[]): Promise<void>;
  resumeQueue(): Promise<void>;
  summarize(): Promise<void>;
  initProject(): Promise<void>;
  /** A new session with the messages up to this one, shown. */
  fork(messageId?: string): Promise<void>;
}

/** Sessions of this workspace that wait for their user, in whichever window or program they were begun. */
export interface Waiting {
  readonly sessions: readonly Session[];
  readonly onDidChange: Event<void>;
}

// The panel -------------------------------------------------------------------------------------------------------

export interface Panel extends Closable {
  /** Whether the user sees it now. */
  readonly visible: boolean;
  readonly onDidChangeVisible: Event<boolean>;
  /** Brings it to the front; the prompt box gets the focus. */
  reveal(): Promise<void>;
  /** Into the prompt box, behind what stands there. */
  insert(text: string, chips?: readonly Chip[]): Promise<void>;
  /** What is offered while a word that begins with the trigger is typed in the prompt box. */
  addSuggestions(source: SuggestionSource): Disposable;
  /** Takes what the webview asks for and the panel itself does not know, such as `restoreTo`. */
  onRequest(name: PanelRequest, take: (detail: string) => unknown): Disposable;
}

export interface SuggestionSource {
  readonly trigger: "@" | "/";
  /** At most 50; the best first. */
  find(query: string, token: CancellationToken): Promise<readonly Suggestion[]>;
  /** What a chosen suggestion becomes: a chip, or text in its place; undefined where another source has offered it. */
  take(suggestion: Suggestion): Promise<Chip | string | undefined>;
}

/** What other rooms do for the webview. The detail is an id, a path or a URI, as each says. */
export type PanelRequest =
  | "restoreTo" //     message id: the first one that is taken back
  | "reviewTurn" //    turn id
  | "showSessions" //  -
  | "openUsage"; //    -
