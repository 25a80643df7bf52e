/** This room: what the engine is told of this editor and may ask of it, and what a prompt can mention of it. */
import * as vscode from "vscode";
import type { Rooms } from "../contract.ts";
import { Diagnostics } from "./diagnostics.ts";
import { ToldDocuments } from "./documents.ts";
import { lookedAt } from "./looking.ts";
import { WorkspaceFiles } from "./mentions/files.ts";
import { mentions } from "./mentions/mentions.ts";
import { ownCommands } from "./mentions/own_commands.ts";
import { slashCommands } from "./mentions/slash.ts";

export function openEditor(rooms: Rooms): vscode.Disposable {
  const { engine, panel } = rooms;
  const diagnostics = new Diagnostics();
  const files = new WorkspaceFiles();
  return vscode.Disposable.from(
    new ToldDocuments(engine),
    diagnostics,
    files,
    engine.answer("editor/context", lookedAt),
    engine.answer("editor/diagnostics", (asked, token) => diagnostics.answer(asked, token)),
    panel.addSuggestions(mentions(rooms, files)),
    panel.addSuggestions(slashCommands(rooms)),
    panel.addSuggestions(ownCommands(rooms)),
  );
}
