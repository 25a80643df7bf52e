/** What a user does to a session, as one call each. A failure is shown with what can be done about it; nothing is thrown. */
import { randomUUID } from "node:crypto";
import * as vscode from "vscode";
import type { Actions, Conversation, Engine, Prompt, Sessions } from "../contract.ts";
import { asFailure, type RequestFailed } from "../engine/failures.ts";
import { currentOrNew } from "./beginning.ts";

export function createActions(engine: Engine, sessions: Sessions): Actions {
  const conversation = currentOrNew(engine, sessions);
  const ofCurrent = (act: (sessionId: string) => Promise<unknown>): Promise<void> => {
    const { current } = sessions;
    return current ? shown(() => act(current.id)).then(() => undefined) : Promise.resolve();
  };
  return {
    prompt: async (prompt) => (await shown(async () => send(engine, await conversation(), prompt))) !== undefined,
    abort: () => ofCurrent((sessionId) => engine.request("session/abort", { sessionId })),
    replyPermission: (requestId, decision, feedback) =>
      shown(() => engine.request("permission/reply", { requestId, decision, ...(feedback && { feedback }) })).then(
        () => undefined,
      ),
    replyQuestion: (requestId, action, content) =>
      shown(() =>
        engine.request("question/reply", { requestId, answer: { action, ...(content && { content }) } }),
      ).then(() => undefined),
    setModel: (model) => {
      sessions.nextModel = model ?? undefined;
      return ofCurrent((sessionId) => engine.request("session/update", { sessionId, model }));
    },
    updateQueued: async (queueId, change) => {
      const sessionId = sessions.current?.id;
      if (!sessionId) return false;
      const done = await shown(async () => {
        await engine.request("queue/update", { sessionId, queueId, ...change });
        return true;
      });
      return done ?? false;
    },
    removeQueued: (queueId) => ofCurrent((sessionId) => engine.request("queue/remove", { sessionId, queueId })),
    moveQueued: (queueIds) =>
      ofCurrent((sessionId) => engine.request("queue/reorder", { sessionId, queueIds: [...queueIds] })),
    resumeQueue: () => ofCurrent((sessionId) => engine.request("queue/resume", { sessionId })),
    summarize: () => ofCurrent((sessionId) => engine.request("session/summarize", { sessionId, respond: "accepted" })),
    initProject: async () =>
      void (await shown(async () =>
        engine.request("session/initProject", {
          sessionId: (await conversation()).id,
          respond: "accepted",
        }),
      )),
    fork: (messageId) =>
      ofCurrent(async (sessionId) =>
        sessions.show((await engine.request("session/fork", { sessionId, ...(messageId && { messageId }) })).id),
      ),
  };
}

/** The id makes the prompt one and the same however often it is sent: an engine that was lost may have taken it or not. */
async function send(engine: Engine, conversation: Conversation, prompt: Prompt): Promise<unknown> {
  const params = {
    sessionId: conversation.id,
    messageId: `msg_${randomUUID()}`,
    text: prompt.text,
    ...(prompt.parts?.length && { parts: [...prompt.parts] }),
    ...(prompt.command && { command: prompt.command }),
    whenBusy:
      prompt.whenBusy ?? vscode.workspace.getConfiguration("sessiond").get<"queue" | "steer">("whenBusy", "queue"),
    respond: "accepted" as const,
  };
  conversation.prompted.add(params.messageId);
  try {
    return await engine.request("session/chat", params);
  } catch (error) {
    if (asFailure(error).kind !== "engineLost") throw error;
    return engine.request("session/chat", params);
  }
}

/** What came out of it; undefined where it failed, which the user has then been told. */
async function shown<T>(act: () => Promise<T>): Promise<T | undefined> {
  try {
    return await act();
  } catch (error) {
    show(asFailure(error));
    return undefined;
  }
}

/** Answered elsewhere, or withdrawn by the user: no failure. */
const expected = new Set(["alreadyAnswered", "permissionNotFound", "questionNotFound", "promptNotQueued", "cancelled"]);

/** Not awaited by whoever asks: a notification stays as long as its user likes. */
function show(failure: RequestFailed): void {
  if (expected.has(failure.kind)) return;
  const remedy = remedies[failure.kind];
  void vscode.window.showErrorMessage(failure.message, ...(remedy ? [remedy.label] : [])).then((chosen) => {
    if (chosen && remedy) void vscode.commands.executeCommand(remedy.command);
  });
}

const remedies: Record<string, { label: string; command: string } | undefined> = {
  authRequired: { label: "Set API Key…", command: "sessiond.setKey" },
  modelNotFound: { label: "Choose Model…", command: "sessiond.chooseModel" },
  missing: { label: "Install the Engine…", command: "sessiond.installEngine" },
  failed: { label: "Start Again", command: "sessiond.startEngine" },
  internal: { label: "Show Log", command: "sessiond.showLog" },
};
