/** What the engine says to people on its own account: LSP's messages, into the log or as a notification. */
import * as vscode from "vscode";
import type { Engine } from "../contract.ts";

/** LSP's `MessageType`; its text is the engine's own, and shown as plain text. */
interface Message {
  readonly type: number;
  readonly message: string;
}

export function takeMessages(engine: Engine, log: vscode.LogOutputChannel): vscode.Disposable {
  return vscode.Disposable.from(
    engine.onNotification("window/logMessage", ({ type, message }: Message) => {
      if (type === 1) log.error(message);
      else if (type === 2) log.warn(message);
      else log.info(message);
    }),
    engine.onNotification("window/showMessage", ({ type, message }: Message) => {
      if (type === 1) void vscode.window.showErrorMessage(message);
      else if (type === 2) void vscode.window.showWarningMessage(message);
      else void vscode.window.showInformationMessage(message);
    }),
  );
}
