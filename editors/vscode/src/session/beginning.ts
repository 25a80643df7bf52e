/** The session that a prompt goes to: the one in the panel, else a new one, made once however much is said while it is made. */
import { randomUUID } from "node:crypto";
import * as vscode from "vscode";
import type { Conversation, Engine, Sessions } from "../contract.ts";

/** Rejects with `RequestFailed`. */
export function currentOrNew(engine: Engine, sessions: Sessions): () => Promise<Conversation> {
  let making: Promise<Conversation> | undefined;
  // Whoever goes elsewhere meanwhile stays there, and what is said from then on is not for this one.
  sessions.onDidChangeCurrent(() => (making = undefined));
  const make = async (): Promise<Conversation> => {
    const mine = making;
    const conversation = await sessions.open(await create(engine, sessions));
    return making === mine ? sessions.show(conversation.id) : conversation;
  };
  return async () => {
    if (sessions.current) return sessions.current;
    if (making) return making;
    const made = (making = Promise.resolve().then(make));
    return made.finally(() => making === made && (making = undefined));
  };
}

async function create(engine: Engine, sessions: Sessions): Promise<string> {
  const directory = sessions.directory();
  const settings = vscode.workspace.getConfiguration("sessiond", directory ? vscode.Uri.file(directory) : undefined);
  const model = sessions.nextModel ?? settings.get("model", "");
  const session = await engine.request("session/create", {
    ...(directory && { directory }),
    ...(model && { model }),
    idempotencyKey: randomUUID(),
  });
  return session.id;
}
