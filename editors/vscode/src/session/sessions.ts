/** The sessions that this window listens to, and which of them is in the panel. It is remembered for the workspace. */
import * as vscode from "vscode";
import type { Event as SessionEvent, SessionEvents, SessionResync } from "sessiond-protocol";
import type { Conversation, Engine, Sessions } from "../contract.ts";
import { asFailure } from "../engine/failures.ts";
import { LiveConversation } from "./conversation.ts";

const remembered = "sessiond.currentSession";

export interface RestorableSessions extends Sessions {
  /** Shows what was shown in this workspace before. Called once, when the panel is first seen. */
  restore(): Promise<void>;
}

export function createSessions(
  context: vscode.ExtensionContext,
  engine: Engine,
  log: vscode.LogOutputChannel,
): RestorableSessions {
  return new WindowSessions(context.workspaceState, engine, log);
}

class WindowSessions implements RestorableSessions {
  current: Conversation | undefined;
  nextModel: string | undefined;
  readonly #open = new Map<string, LiveConversation>();
  readonly #currents = new vscode.EventEmitter<Conversation | undefined>();
  readonly #folds = new vscode.EventEmitter<{ conversation: Conversation; events: readonly SessionEvent[] }>();
  readonly onDidChangeCurrent = this.#currents.event;
  readonly onDidFold = this.#folds.event;
  readonly #memory: vscode.Memento;
  readonly #engine: Engine;
  readonly #log: vscode.LogOutputChannel;
  readonly #listening: vscode.Disposable;

  constructor(memory: vscode.Memento, engine: Engine, log: vscode.LogOutputChannel) {
    this.#memory = memory;
    this.#engine = engine;
    this.#log = log;
    this.#listening = vscode.Disposable.from(
      engine.onNotification("session/event", ({ sessionId, events }: SessionEvents) => this.#take(sessionId, events)),
      engine.onNotification("session/resync", ({ sessionId }: SessionResync) => this.#open.get(sessionId)?.resync()),
      engine.onDidConnect(() => {
        for (const conversation of this.#open.values()) conversation.resync();
      }),
    );
  }

  async show(sessionId: string): Promise<Conversation> {
    const conversation = await this.open(sessionId);
    this.#become(conversation);
    return conversation;
  }

  showNew(): void {
    this.#become(undefined);
  }

  async open(sessionId: string): Promise<Conversation> {
    const known = this.#open.get(sessionId);
    if (known) return known;
    const conversation = new LiveConversation(sessionId, this.#engine, this.#log);
    this.#open.set(sessionId, conversation);
    conversation.onDidFold((events) => this.#folds.fire({ conversation, events }));
    try {
      await conversation.subscribe();
    } catch (error) {
      this.#forget(conversation);
      throw error;
    }
    return conversation;
  }

  close(sessionId: string): void {
    const conversation = this.#open.get(sessionId);
    if (!conversation) return;
    this.#forget(conversation);
    if (this.current === conversation) this.#become(undefined);
    this.#engine
      .request("session/unsubscribe", { sessionId })
      .catch((error: unknown) => this.#log.debug(asFailure(error).message));
  }

  find(sessionId: string): Conversation | undefined {
    return this.#open.get(sessionId);
  }

  directory(): string | undefined {
    const document = vscode.window.activeTextEditor?.document.uri;
    const folder =
      (document && vscode.workspace.getWorkspaceFolder(document)) ?? vscode.workspace.workspaceFolders?.[0];
    return folder?.uri.scheme === "file" ? folder.uri.fsPath : undefined;
  }

  async restore(): Promise<void> {
    const sessionId = this.#memory.get<string>(remembered);
    if (!sessionId || this.current) return;
    try {
      const conversation = await this.open(sessionId);
      // Somebody may have begun another one in the meantime.
      if (this.#memory.get(remembered) === sessionId) this.#become(conversation);
    } catch (error) {
      const { kind, message } = asFailure(error);
      this.#log.info(`${sessionId} is not shown again: ${message}`);
      if (kind === "sessionNotFound") this.#become(undefined);
    }
  }

  dispose(): void {
    this.#listening.dispose();
    for (const conversation of this.#open.values()) conversation.dispose();
    this.#currents.dispose();
    this.#folds.dispose();
  }

  #become(conversation: Conversation | undefined): void {
    this.current = conversation;
    void this.#memory.update(remembered, conversation?.id);
    this.#currents.fire(conversation);
  }

  #take(sessionId: string, events: readonly SessionEvent[]): void {
    const conversation = this.#open.get(sessionId);
    conversation?.take(events);
    if (conversation && events.some(({ type }) => type === "session.deleted")) {
      this.#forget(conversation);
      if (this.current === conversation) this.#become(undefined);
    }
  }

  #forget(conversation: LiveConversation): void {
    this.#open.delete(conversation.id);
    conversation.dispose();
  }
}
