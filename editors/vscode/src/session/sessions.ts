/** The sessions that this window listens to, and which of them is in the panel. It is remembered for the workspace. */
import * as vscode from "vscode";
import type { Event as SessionEvent, SessionEvents, SessionResync } from "sessiond-protocol";
import type { Conversation, Engine, Memory, Sessions } from "../contract.ts";
import { asFailure } from "../engine/failures.ts";
import { LiveConversation } from "./conversation.ts";

const remembered = "sessiond.currentSession";

/** Conversations that do nothing and are still listened to, so that going back and forth is instant. */
const idleKept = 3;

export interface RestorableSessions extends Sessions {
  /** Shows what was shown in this workspace before, unless something is shown. Called when the panel is seen. */
  restore(): Promise<void>;
}

export function createSessions(memory: Memory, engine: Engine, log: vscode.LogOutputChannel): RestorableSessions {
  return new WindowSessions(memory, engine, log);
}

class WindowSessions implements RestorableSessions {
  current: Conversation | undefined;
  coming: Promise<Conversation> | undefined;
  nextModel: string | undefined;
  /** What was shown last is last. */
  readonly #open = new Map<string, LiveConversation>();
  /** To see a session; a newer one counts, however long each takes. */
  #wish: object | undefined;
  #nextDirectory: string | undefined;
  readonly #nextDirectories = new vscode.EventEmitter<void>();
  readonly onDidChangeNextDirectory = this.#nextDirectories.event;
  readonly #currents = new vscode.EventEmitter<Conversation | undefined>();
  readonly #folds = new vscode.EventEmitter<{ conversation: Conversation; events: readonly SessionEvent[] }>();
  readonly onDidChangeCurrent = this.#currents.event;
  readonly onDidFold = this.#folds.event;
  readonly #memory: Memory;
  readonly #engine: Engine;
  readonly #log: vscode.LogOutputChannel;
  readonly #listening: vscode.Disposable;

  constructor(memory: Memory, engine: Engine, log: vscode.LogOutputChannel) {
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

  get nextDirectory(): string | undefined {
    return this.#nextDirectory;
  }

  set nextDirectory(directory: string | undefined) {
    if (this.#nextDirectory === directory) return;
    this.#nextDirectory = directory;
    this.#nextDirectories.fire();
  }

  show(sessionId: string | Promise<string>): Promise<Conversation> {
    const coming = this.#openToShow(sessionId).finally(() => {
      if (this.coming === coming) this.coming = undefined;
    });
    return (this.coming = coming);
  }

  showNew(): void {
    this.#wish = undefined;
    this.coming = undefined;
    this.#become(undefined);
  }

  async open(sessionId: string): Promise<Conversation> {
    const known = this.#open.get(sessionId);
    if (known) {
      this.#open.delete(sessionId);
      this.#open.set(sessionId, known);
      await known.begun;
      return known;
    }
    const conversation = new LiveConversation(sessionId, this.#engine, this.#log);
    this.#open.set(sessionId, conversation);
    conversation.onDidFold((events) => this.#folds.fire({ conversation, events }));
    try {
      await conversation.begin();
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
    // Another connection begins with nothing subscribed.
    if (!this.#engine.atHand) return;
    this.#engine
      .request("session/unsubscribe", { sessionId })
      .catch((error: unknown) => this.#log.debug(asFailure(error).message));
  }

  find(sessionId: string): Conversation | undefined {
    return this.#open.get(sessionId);
  }

  directory(): string | undefined {
    const folders = (vscode.workspace.workspaceFolders ?? []).filter(({ uri }) => uri.scheme === "file");
    const document = vscode.window.activeTextEditor?.document.uri;
    const active = document && vscode.workspace.getWorkspaceFolder(document)?.uri.fsPath;
    const chosen = [this.#nextDirectory, active].find((path) => folders.some(({ uri }) => uri.fsPath === path));
    return chosen ?? folders[0]?.uri.fsPath;
  }

  async restore(): Promise<void> {
    const sessionId = this.#memory.get<string | undefined>(remembered, undefined);
    if (!sessionId || this.#wish || this.current) return;
    try {
      await this.show(sessionId);
    } catch (error) {
      const { kind, message } = asFailure(error);
      this.#log.info(`${sessionId} is not shown again: ${message}`);
      if (kind === "sessionNotFound" && this.#showsNone()) this.#become(undefined);
    }
  }

  dispose(): void {
    this.#listening.dispose();
    for (const conversation of this.#open.values()) conversation.dispose();
    this.#currents.dispose();
    this.#nextDirectories.dispose();
    this.#folds.dispose();
  }

  async #openToShow(sessionId: string | Promise<string>): Promise<Conversation> {
    const wish = (this.#wish = {});
    const conversation = await this.open(await sessionId);
    if (this.#wish === wish) this.#become(conversation);
    return conversation;
  }

  #showsNone(): boolean {
    return !this.current && !this.coming;
  }

  #become(conversation: Conversation | undefined): void {
    this.current = conversation;
    if (conversation) this.nextDirectory = undefined;
    void this.#memory.update(remembered, conversation?.id);
    this.#currents.fire(conversation);
    this.#tidy();
  }

  /** Those that run or ask are heard to their end, for their notifications. */
  #tidy(): void {
    const idle = [...this.#open.values()].filter((each) => each !== this.current && each.rests);
    for (const { id } of idle.slice(0, Math.max(0, idle.length - idleKept))) this.close(id);
  }

  #take(sessionId: string, events: readonly SessionEvent[]): void {
    const conversation = this.#open.get(sessionId);
    conversation?.take(events);
    if (conversation && events.some(({ type }) => type === "session.deleted")) {
      this.#forget(conversation);
      if (this.current === conversation) this.#become(undefined);
    }
    if (events.some(({ type }) => type === "turn.ended")) this.#tidy();
  }

  #forget(conversation: LiveConversation): void {
    this.#open.delete(conversation.id);
    conversation.dispose();
  }
}
