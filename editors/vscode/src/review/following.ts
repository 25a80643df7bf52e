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

const key = "sessiond.heardParts";
const most = 300;

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
  /** Ids of parts that were looked at: they may be brought again, and a window is loaded again. */
  readonly #heard: Set<string>;
  /** By session the first turn that is not looked at whole yet: the next one may have begun at once. */
  readonly #turns = new Map<string, string>();
  #last = Promise.resolve();

  constructor(rooms: Parameters<typeof follow>[0], files: Files) {
    this.#rooms = rooms;
    this.#files = files;
    this.#heard = new Set(rooms.memory.get<readonly string[]>(key, []));
  }

  take(conversation: Conversation, event: SessionEvent): void {
    if (event.type === "part.ended") this.#takePart(event.part);
    if (event.type === "turn.ended") this.#then(() => this.#takeTurn(conversation, event.turnId));
    if (event.type === "session.reverted" || event.type === "session.unreverted")
      for (const { path } of event.files) this.#then(() => this.#files.wasWished(path));
  }

  /** The turn that runs; or the last one, where this window knows its beginning and may not know its end. */
  lookAt(conversation: Conversation): void {
    const { transcript } = conversation;
    const runs = transcript.session?.turnId;
    const turnId = runs ?? transcript.messages.at(-1)?.turnId;
    const parts = transcript.messages
      .filter((message) => message.turnId === turnId)
      .flatMap((message) => message.parts);
    if (!turnId || (!runs && !parts.some(({ id }) => this.#heard.has(id)))) return;
    const ended = parts.filter((part) => part.type === "tool" && part.state.endedAt);
    const missed = ended.filter(({ id }) => !this.#heard.has(id));
    for (const part of missed) this.#takePart(part);
    if (!runs && missed.length) this.#then(() => this.#takeTurn(conversation, turnId));
  }

  #takePart(part: Part): void {
    if (this.#heard.has(part.id)) return;
    this.#heard.add(part.id);
    const [oldest] = this.#heard;
    if (this.#heard.size > most && oldest) this.#heard.delete(oldest);
    void this.#rooms.memory.update(key, [...this.#heard]);
    for (const { path, diff } of changesOf(part))
      this.#then(() => this.#files.agentWrote(path, diff, contentBefore(part, path)));
  }

  async #takeTurn(conversation: Conversation, turnId: string): Promise<void> {
    const first = this.#turns.get(conversation.id) ?? turnId;
    this.#turns.set(conversation.id, first);
    const { engine } = this.#rooms;
    if (!engine.atHand) return;
    await markUntold(conversation, first, engine, this.#files);
    this.#turns.delete(conversation.id);
  }

  #then(act: () => Promise<void>): void {
    this.#last = this.#last
      .then(act)
      .catch((error: unknown) => this.#rooms.log.debug(`review: ${asFailure(error).message}`));
  }
}
