/** Shows the page of what a session has cost; asked again, the same tab shows it as it is then. */
import * as vscode from "vscode";
import type { Rooms } from "../contract.ts";
import type { Pages } from "./pages.ts";
import { usagePage } from "./usage_page.ts";

const name = "Tokens and Cost.md";

export async function showUsage({ engine, sessions }: Rooms, pages: Pages): Promise<void> {
  const { current } = sessions;
  if (!current)
    return void vscode.window.showInformationMessage("There is no session yet: it begins with your first prompt.");
  const result = await engine.request("session/usage", { sessionId: current.id });
  const page = pages.put(name, usagePage(current.transcript.session?.title ?? "", result));
  await vscode.commands.executeCommand("markdown.showPreview", page);
}
