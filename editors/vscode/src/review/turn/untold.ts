/** What commands and tasks have changed: no call tells it by a diff, and the engine knows it by a revert that is only tried. */
import type { RevertResult } from "sessiond-protocol";
import type { Conversation, Engine } from "../../contract.ts";
import { untoldOf } from "../../diffs/calls.ts";
import { afterDiff, diffOf, sidesOfProposed } from "../../diffs/unified.ts";
import type { Files } from "../marks/files.ts";
import type { FileSides } from "./sides.ts";

/** Marks it in the files, since this turn. Rejects with `RequestFailed`, while the session is busy with `sessionBusy`. */
export async function markUntold(
  { id, transcript: { messages } }: Conversation,
  turnId: string,
  engine: Engine,
  files: Files,
): Promise<void> {
  const begun = messages.findIndex((message) => message.turnId === turnId);
  const isUntold = begun < 0 ? undefined : untoldOf(messages.slice(begun));
  if (!isUntold) return;
  const plan = await planOf(engine, id, messages[begun]?.id ?? "");
  for (const { path, outcome, after } of plan.files.filter((file) => isUntold(file.path))) {
    const diff = outcome === "kept" ? undefined : diffOf(plan.diff, path);
    if (diff)
      await files.agentMade(path, (now) => afterDiff(now, diff), { isMade: outcome === "removed", name: after });
  }
}

/** What of a turn no diff tells. Rejects with `RequestFailed`. */
export async function untoldOfTurn(
  { id, transcript: { messages } }: Conversation,
  turnId: string,
  engine: Engine,
  textNow: (path: string) => Promise<string>,
): Promise<FileSides[]> {
  const begun = messages.findIndex((message) => message.turnId === turnId);
  const later = messages.findIndex((message, index) => index > begun && begun >= 0 && message.turnId !== turnId);
  const isUntold = untoldOf(messages.filter((message) => message.turnId === turnId));
  if (!isUntold || begun < 0) return [];
  const plan = await planOf(engine, id, messages[begun]?.id ?? "");
  const since = later < 0 ? undefined : await planOf(engine, id, messages[later]?.id ?? "");
  const paths = plan.files.filter((file) => file.outcome !== "kept" && isUntold(file.path)).map(({ path }) => path);
  const found = await Promise.all(
    paths.map(async (path): Promise<FileSides> => {
      const [diff = "", laterDiff] = [diffOf(plan.diff, path), since && diffOf(since.diff, path)];
      const now = await textNow(path);
      const sides = sidesOfProposed(diff, now);
      const after = laterDiff === undefined ? undefined : afterDiff(now, laterDiff);
      return { path, before: sides.after, after: sides.whole ? after : sides.before };
    }),
  );
  return found.filter(({ before, after }) => before !== after);
}

/** Its diffs lead from now to before the message. Rejects with `RequestFailed`. */
function planOf(engine: Engine, sessionId: string, messageId: string): Promise<RevertResult> {
  return engine.request("session/revert", { sessionId, messageId, conversation: false, files: true, dryRun: true });
}
