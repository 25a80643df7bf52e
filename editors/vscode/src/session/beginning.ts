/** The session that a prompt goes to: the one in the panel or about to be, else a new one, made once however much is said meanwhile. */
import { randomUUID } from "node:crypto";
import { homedir } from "node:os";
import * as vscode from "vscode";
import type { Conversation, Engine, Sessions } from "../contract.ts";

/** Rejects with `RequestFailed`. What was asked for first is told first. */
export function currentOrNew(engine: Engine, sessions: Sessions): () => Promise<Conversation> {
  let making: Promise<Conversation> | undefined;
  // What is said from then on is for another one.
  sessions.onDidChangeCurrent(() => (making = undefined));
  const make = async (): Promise<Conversation> => {
    const coming = await sessions.coming?.catch(() => undefined);
    return coming ?? sessions.show(create(engine, sessions));
  };
  return () => {
    if (sessions.current) return Promise.resolve(sessions.current);
    const made = (making ??= make());
    const settled = (): unknown => making === made && (making = undefined);
    void made.then(settled, settled);
    return made;
  };
}

async function create(engine: Engine, sessions: Sessions): Promise<string> {
  const directory = sessions.directory();
  const settings = vscode.workspace.getConfiguration("sessiond", directory ? vscode.Uri.file(directory) : undefined);
  const model = sessions.nextModel ?? settings.get("model", "");
  const session = await engine.request("session/create", {
    directory: directory ?? homedir(),
    ...(model && { model }),
    idempotencyKey: randomUUID(),
  });
  return session.id;
}
