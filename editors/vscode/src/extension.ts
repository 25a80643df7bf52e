/** Activation: builds what the rooms share, opens the rooms, and closes all of it. Nothing else happens here. */
import * as vscode from "vscode";
import { openCommands } from "./commands/commands.ts";
import type { Room, Rooms } from "./contract.ts";
import { openEditor } from "./editor/editor.ts";
import { createEngine } from "./engine/engine.ts";
import { takeMessages } from "./engine/messages.ts";
import { openMemory } from "./memory.ts";
import { createPanel } from "./panel/panel.ts";
import { openReview } from "./review/review.ts";
import { createActions } from "./session/actions.ts";
import { createSessions } from "./session/sessions.ts";
import { openStatus } from "./status/status.ts";
import { openTree } from "./tree/tree.ts";
import { WatchedSessions } from "./tree/watching.ts";

/** In this order: the editor says what it can answer before anything starts the engine. */
const rooms = (watched: WatchedSessions): readonly Room[] => [
  openEditor,
  openReview,
  (all) => openTree(all, watched),
  openStatus,
  openCommands,
];

export function activate(context: vscode.ExtensionContext): Rooms {
  const log = vscode.window.createOutputChannel("sessiond", { log: true });
  const memory = openMemory(context, vscode.workspace, log);
  const engine = createEngine(context, log);
  const sessions = createSessions(memory, engine, log);
  const actions = createActions(engine, sessions);
  const panel = createPanel(context, log, memory, engine, sessions, actions);
  const watched = new WatchedSessions(engine, sessions, log);
  const all: Rooms = { context, log, memory, engine, sessions, actions, panel, waiting: watched };
  context.subscriptions.push(
    log,
    engine,
    takeMessages(engine, log),
    sessions,
    panel,
    ...rooms(watched).map((open) => open(all)),
  );
  return all;
}
