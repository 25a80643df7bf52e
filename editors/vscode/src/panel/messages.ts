/**
 * What the extension host and the webview of the chat say to each other: types only.
 *
 * The host has the state. The webview asks for it (`ready`) whenever it is made, gets a snapshot, and then events in order.
 */
import type { Event, ModelInfo, PromptPart } from "sessiond-protocol";
import type { Answer, EngineState, PanelRequest } from "../contract.ts";
import type { Transcript } from "../session/transcript.ts";

/** Something that goes with a prompt, shown above it and removable. */
export interface Chip {
  /** The same thing has the same id, and is there once. */
  readonly id: string;
  readonly label: string;
  /** A codicon, such as `file` or `selection`. */
  readonly icon: string;
  readonly tooltip?: string;
  /** What is sent for it. */
  readonly parts: readonly PromptPart[];
  /** A command of `command/list`: the text of the prompt is its arguments. */
  readonly command?: string;
}

/** One line of what is offered while a word is typed. */
export interface Suggestion {
  readonly id: string;
  /** What stands in the line, and what is matched. */
  readonly label: string;
  readonly icon: string;
  readonly detail?: string;
}

/** What of the settings the webview heeds. */
export interface Preferences {
  readonly sendWith: "enter" | "modEnter";
  readonly whenBusy: "queue" | "steer";
  readonly reasoning: "folded" | "shown" | "hidden";
}

/** Models as the picker shows them: usable ones only, recents first. */
export interface Models {
  readonly all: readonly ModelInfo[];
  readonly recent: readonly string[];
  readonly default: string | null;
  /** Chosen for the session that is still to be made. */
  readonly next: string | null;
}

/** Where the conversation works. */
export interface Place {
  readonly directory: string | undefined;
  /** Whether a new session may as well work in another folder of the workspace. */
  readonly choosable: boolean;
  readonly trusted: boolean;
}

/** What is written and not sent yet, and what was sent before; it outlives the page and the window. */
export interface Kept {
  readonly draft: string;
  readonly chips: readonly Chip[];
  /** The newest last. */
  readonly history: readonly string[];
}

/** An event as the webview is told of it: where a part ends with the text that the webview has, the text is left out. */
export type Told =
  Event | (Omit<Extract<Event, { type: "part.ended" }>, "type"> & { readonly type: "part.endedAsKnown" });

export type ToWebview =
  | { readonly type: "kept"; readonly kept: Kept }
  | { readonly type: "snapshot"; readonly transcript: Transcript | null }
  | { readonly type: "place"; readonly place: Place }
  | { readonly type: "events"; readonly sessionId: string; readonly events: readonly Told[] }
  | { readonly type: "engine"; readonly state: EngineState }
  | { readonly type: "preferences"; readonly preferences: Preferences }
  | { readonly type: "models"; readonly models: Models }
  | { readonly type: "accepted"; readonly id: number; readonly ok: boolean }
  | { readonly type: "insert"; readonly text: string; readonly chips: readonly Chip[] }
  | { readonly type: "suggestions"; readonly id: number; readonly suggestions: readonly Suggestion[] }
  | { readonly type: "taken"; readonly id: number; readonly chip?: Chip; readonly text?: string }
  | { readonly type: "focus" };

export type FromWebview =
  | { readonly type: "ready" }
  | { readonly type: "keep"; readonly kept: Kept }
  | {
      readonly type: "prompt";
      readonly id: number;
      readonly text: string;
      readonly chips: readonly Chip[];
      readonly whenBusy?: "queue" | "steer";
    }
  | { readonly type: "abort" }
  | { readonly type: "permission"; readonly requestId: string; readonly answer: Answer; readonly feedback?: string }
  | {
      readonly type: "question";
      readonly requestId: string;
      readonly action: "accept" | "decline";
      readonly content?: Record<string, unknown>;
    }
  | { readonly type: "older" }
  /** A new session up to this prompt, which stands in the prompt box to be said differently. */
  | { readonly type: "fork"; readonly messageId: string }
  /** This prompt once more, as a new one: its turn has failed. */
  | { readonly type: "again"; readonly messageId: string }
  | { readonly type: "queue"; readonly change: QueueChange }
  | { readonly type: "suggest"; readonly id: number; readonly trigger: "@" | "/"; readonly query: string }
  | { readonly type: "take"; readonly id: number; readonly trigger: "@" | "/"; readonly suggestion: Suggestion }
  | {
      readonly type: "code";
      readonly action: "copy" | "insert" | "apply";
      readonly text: string;
      readonly language: string;
    }
  | { readonly type: "open"; readonly target: OpenTarget }
  | { readonly type: "run"; readonly command: PanelCommand }
  | { readonly type: "request"; readonly name: PanelRequest; readonly detail: string }
  | { readonly type: "measured"; readonly name: string; readonly ms: number };

export type QueueChange =
  | { readonly kind: "text"; readonly queueId: string; readonly text: string }
  | { readonly kind: "mode"; readonly queueId: string; readonly mode: "queue" | "steer" }
  | { readonly kind: "remove"; readonly queueId: string }
  | { readonly kind: "order"; readonly queueIds: readonly string[] }
  | { readonly kind: "resume" };

/** Where a click leads: a link of a model's text, a file with a line, the diff or the whole output of a tool. */
export type OpenTarget =
  | { readonly kind: "link"; readonly href: string }
  | { readonly kind: "file"; readonly path: string; readonly line?: number }
  | { readonly kind: "diff"; readonly partId: string; readonly path: string }
  | { readonly kind: "proposed"; readonly requestId: string }
  | { readonly kind: "output"; readonly partId: string };

/** Commands that the webview may start; no other is run for it. */
export type PanelCommand =
  | "sessiond.newSession"
  | "sessiond.newSessionIn"
  | "sessiond.openSession"
  | "sessiond.chooseModel"
  | "sessiond.restartEngine"
  | "sessiond.startEngine"
  | "sessiond.installEngine"
  | "sessiond.chooseProgram"
  | "sessiond.openSettings"
  | "sessiond.setKey"
  | "sessiond.showLog"
  | "sessiond.unrevert"
  | "sessiond.openWalkthrough"
  | "workbench.trust.manage";
