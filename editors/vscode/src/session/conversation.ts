/** One session that this window listens to: subscribes, folds what comes, and takes up again where it was after a gap. */
import * as vscode from "vscode";
import type { Event as SessionEvent } from "sessiond-protocol";
import type { Conversation, Engine } from "../contract.ts";
import { asFailure } from "../engine/failures.ts";
import { fold } from "./fold.ts";
import { begin, prepend } from "./snapshot.ts";
import { emptyTranscript, openQuestions, type Transcript } from "./transcript.ts";

const pageSize = 50;

export class LiveConversation implements Conversation {
  readonly id: string;
  transcript: Transcript = emptyTranscript();
  readonly prompted = new Set<string>();
  readonly #engine: Engine;
  readonly #log: vscode.LogOutputChannel;
  readonly #folds = new vscode.EventEmitter<readonly SessionEvent[]>();
  readonly #resets = new vscode.EventEmitter<void>();
  readonly onDidFold = this.#folds.event;
  readonly onDidReset = this.#resets.event;
  /** The first subscription: before it there is nothing to be shown. */
  begun: Promise<void> | undefined;
  #subscribing: Promise<void> | undefined;
  #subscribed = false;

  constructor(id: string, engine: Engine, log: vscode.LogOutputChannel) {
    this.id = id;
    this.#engine = engine;
    this.#log = log;
  }

  /** Nothing goes on in it that somebody may want to hear of. */
  get rests(): boolean {
    const { session, queue, held } = this.transcript;
    const asks = openQuestions(this.transcript) > 0;
    return this.#subscribed && !session?.turnId && !asks && (queue.length === 0 || held !== null);
  }

  /** The first subscription; rejects with `RequestFailed`, `sessionNotFound` among its kinds. */
  begin(): Promise<void> {
    return (this.begun = this.subscribe());
  }

  /** Rejects with `RequestFailed`. Calls at the same time are one. */
  subscribe(): Promise<void> {
    this.#subscribing ??= this.#subscribe().finally(() => (this.#subscribing = undefined));
    return this.#subscribing;
  }

  /** What came before the answer to `session/subscribe` is in it, or follows it. */
  take(events: readonly SessionEvent[]): void {
    if (!this.#subscribed) return;
    const folded: SessionEvent[] = [];
    for (const event of events) {
      if (this.#misses(event)) {
        this.#log.warn(
          `${this.id}: event ${"seq" in event ? event.seq : event.type} does not follow ${this.transcript.seq}`,
        );
        this.resync();
        break;
      }
      fold(this.transcript, event);
      folded.push(event);
    }
    if (folded.length) this.#folds.fire(folded);
  }

  /** The connection is gone, or too much was missed: goes on from the last event that is known. */
  resync(): void {
    this.#subscribed = false;
    this.subscribe().catch((error: unknown) => this.#log.warn(`${this.id}: ${asFailure(error).message}`));
  }

  async readOlder(): Promise<boolean> {
    const before = this.transcript.older;
    if (!before) return false;
    const page = await this.#engine.request("session/messages", { sessionId: this.id, limit: pageSize, before });
    if (this.transcript.older !== before) return false;
    prepend(this.transcript, page);
    this.#resets.fire();
    return true;
  }

  dispose(): void {
    this.#subscribed = false;
    this.#folds.dispose();
    this.#resets.dispose();
  }

  async #subscribe(): Promise<void> {
    this.#subscribed = false;
    const { seq } = this.transcript;
    const answer = await this.#engine.request("session/subscribe", {
      sessionId: this.id,
      ...(seq > 0 && { after: seq }),
    });
    this.transcript = begin(this.transcript, answer);
    this.#subscribed = true;
    this.#resets.fire();
  }

  /** A gap; or messages that are shown again and were hidden before this window came. */
  #misses(event: SessionEvent): boolean {
    if (!("seq" in event)) return false;
    if (event.type === "session.unreverted" && this.transcript.hidden.length === 0) this.transcript.seq = 0;
    return event.seq > this.transcript.seq + 1;
  }
}
