/** This room: what the palette, the context menus and code actions start; things of the editor that go with a prompt; trust, keys. */
import * as vscode from "vscode";
import type { Rooms } from "../contract.ts";
import { asFailure } from "../engine/failures.ts";
import { addDiff, addFiles, addProblems, addSelection } from "./adding.ts";
import { editSelection, explainSelection, fixProblem } from "./asking.ts";
import { openFixes } from "./fixes.ts";
import { setKey } from "./key.ts";
import { trustProject } from "./trust.ts";

type Run = (rooms: Rooms, ...given: never[]) => Promise<unknown>;

const commands: Record<string, Run> = {
  addFile: addFiles,
  addSelection,
  addProblems,
  addDiff,
  explainSelection,
  editSelection,
  fixProblem,
  trustProject,
  setKey,
};

export function openCommands(rooms: Rooms): vscode.Disposable {
  return vscode.Disposable.from(
    ...Object.entries(commands).map(([name, run]) =>
      vscode.commands.registerCommand(`sessiond.${name}`, (...given: never[]) => shown(() => run(rooms, ...given))),
    ),
    openFixes(),
  );
}

async function shown(act: () => Promise<unknown>): Promise<void> {
  try {
    await act();
  } catch (error) {
    void vscode.window.showErrorMessage(asFailure(error).message);
  }
}
