/**
 * Hears of what the agent has changed on disk, of all sessions that this window listens to. Open documents are edited in `agent_edits.ts`.
 *
 * A window that comes in the middle of a turn looks at what the turn has done before, and one that is loaded again at what it has missed.
 */
import * as vscode from "vscode";
import type { Message, Event as SessionEvent } from "sessiond-protocol";
import type { Conversation, Rooms } from "../contract.ts";
import { changesOf, contentBefore } from "../diffs/calls.ts";
import { asFailure } from "../engine/failures.ts";
import { type Files, isMarking } from "./marks/files.ts";
import { markUntold } from "./turn/untold.ts";

type Part = Message["parts"][number];

const key = "sessiond.heard";
/** Of all sessions; few run at once. */
const mostTurns = 50;

export function follow(rooms: Pick<Rooms, "engine" | "sessions" | "log" | "memory">, files: Files): vscode.Disposable {
  const follower = new Follower(rooms, files);
  let resets: vscode.Disposable | undefined;
  return vscode.Disposable.from(
    rooms.sessions.onDidFold(({ conversation, events }) => {
      if (isMarking()) for (const event of events) follower.take(conversation, event);
    }),
    rooms.sessions.onDidChangeCurrent((current) => {
      resets?.dispose();
      resets = current?.onDidReset(() => isMarking() && follower.lookAt(current));
      if (current && isMarking()) follower.lookAt(current);
    }),
  );
}

class Follower {
  readonly #rooms: Parameters<typeof follow>[0];
  readonly #files: Files;
  /** By turns that are not looked at whole yet, the calls that were: they may be brought again, and a window is loaded again. */
  readonly #heard: Map<string, Set<string>>;
  /** By session the first of these turns: the next one may have begun at once. */
  readonly #turns = new Map<string, string>();
  #last = Promise.resolve();

  constructor(rooms: Parameters<typeof follow>[0], files: Files) {
    this.#rooms = rooms;
    this.#files = files;
    const kept = Object.entries(rooms.memory.get<Record<string, readonly string[]>>(key, {}));
    this.#heard = new Map(kept.map(([turnId, parts]) => [turnId, new Set(parts)]));
  }

  take(conversation: Conversation, event: SessionEvent): void {
    if (event.type === "part.ended" && event.part.type === "tool") {
      const message = conversation.transcript.messages.findLast(({ id }) => id === event.messageId);
      if (message) this.#takePart(message.turnId, event.part);
    }
    if (event.type === "turn.ended") this.#then(() => this.#takeTurn(conversation, event.turnId));
    if (event.type === "session.reverted" || event.type === "session.unreverted")
      for (const { path } of event.files) this.#then(() => this.#files.wasWished(path));
  }

  /** The turn that runs; or the last one, where this window has heard its beginning and not its end. */
  lookAt(conversation: Conversation): void {
    const { session, messages } = conversation.transcript;
    const turnId = session?.turnId ?? messages.at(-1)?.turnId;
    if (!turnId || (!session?.turnId && !this.#heard.has(turnId))) return;
    for (const message of messages) if (message.turnId === turnId) this.#takeEnded(message);
    if (!session?.turnId) this.#then(() => this.#takeTurn(conversation, turnId));
  }

  #takeEnded({ turnId, parts }: Message): void {
    for (const part of parts) if (part.type === "tool" && part.state.endedAt) this.#takePart(turnId, part);
  }

  #takePart(turnId: string, part: Part): void {
    const heard = this.#heard.get(turnId) ?? new Set();
    if (part.type !== "tool" || heard.has(part.id)) return;
    this.#heard.set(turnId, heard.add(part.id));
    const [oldest] = this.#heard.keys();
    if (this.#heard.size > mostTurns && oldest) this.#heard.delete(oldest);
    for (const { path, diff } of changesOf(part))
      this.#then(() => this.#files.agentWrote(path, diff, contentBefore(part, path)));
    // Behind the marks: without them it would be heard and not seen.
    this.#then(() => this.#keep());
  }

  async #takeTurn(conversation: Conversation, turnId: string): Promise<void> {
    const first = this.#turns.get(conversation.id) ?? turnId;
    this.#turns.set(conversation.id, first);
    const { engine } = this.#rooms;
    if (!engine.atHand) return;
    await markUntold(conversation, first, engine, this.#files);
    this.#turns.delete(conversation.id);
    this.#heard.delete(turnId);
    this.#keep();
  }

  #keep(): void {
    void this.#rooms.memory.update(
      key,
      Object.fromEntries([...this.#heard].map(([turn, parts]) => [turn, [...parts]])),
    );
  }

  #then(act: () => Promise<void> | void): void {
    this.#last = this.#last
      .then(act)
      .catch((error: unknown) => this.#rooms.log.debug(`review: ${asFailure(error).message}`));
  }
}
