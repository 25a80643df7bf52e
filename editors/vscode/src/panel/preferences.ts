/** What of the settings the webview heeds. */
import * as vscode from "vscode";
import type { Preferences } from "./messages.ts";

export function readPreferences(): Preferences {
  const settings = vscode.workspace.getConfiguration("sessiond");
  return {
    sendWith: settings.get<Preferences["sendWith"]>("sendWith", "enter"),
    whenBusy: settings.get<Preferences["whenBusy"]>("whenBusy", "queue"),
    reasoning: settings.get<Preferences["reasoning"]>("reasoning", "folded"),
  };
}
