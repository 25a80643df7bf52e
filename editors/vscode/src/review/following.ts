/** Hears of what the agent has changed on disk, of all sessions that this window listens to. Open documents are edited in `agent_edits.ts`. */
import type { Disposable } from "vscode";
import type { Event as SessionEvent } from "sessiond-protocol";
import type { Conversation, Rooms } from "../contract.ts";
import { changesOf, contentBefore } from "../diffs/calls.ts";
import { asFailure } from "../engine/failures.ts";
import { type Files, isMarking } from "./marks/files.ts";
import { markUntold } from "./turn/untold.ts";

const most = 1_000;

export function follow(
  { engine, sessions, log }: Pick<Rooms, "engine" | "sessions" | "log">,
  files: Files,
): Disposable {
  /** Parts that were looked at: a replay may bring them again. */
  const known = new Set<string>();
  /** By session the first turn that is not looked at whole yet: the next one may have begun at once. */
  const turns = new Map<string, string>();
  let last = Promise.resolve();
  const then = (act: () => Promise<void>): void => {
    last = last.then(act).catch((error: unknown) => log.debug(`review: ${asFailure(error).message}`));
  };
  const takePart = (event: Extract<SessionEvent, { type: "part.ended" }>): void => {
    if (known.has(event.part.id)) return;
    known.add(event.part.id);
    const [oldest] = known;
    if (known.size > most && oldest) known.delete(oldest);
    for (const { path, diff } of changesOf(event.part))
      then(() => files.agentWrote(path, diff, contentBefore(event.part, path)));
  };
  const takeTurn = async (conversation: Conversation, turnId: string): Promise<void> => {
    const first = turns.get(conversation.id) ?? turnId;
    turns.set(conversation.id, first);
    if (!engine.atHand) return;
    await markUntold(conversation, first, engine, files);
    turns.delete(conversation.id);
  };
  const take = (conversation: Conversation, event: SessionEvent): void => {
    if (event.type === "part.ended") takePart(event);
    if (event.type === "turn.ended") then(() => takeTurn(conversation, event.turnId));
    if (event.type === "session.reverted" || event.type === "session.unreverted")
      for (const { path } of event.files) then(() => files.wasWished(path));
  };
  return sessions.onDidFold(({ conversation, events }) => {
    if (isMarking()) for (const event of events) take(conversation, event);
  });
}
