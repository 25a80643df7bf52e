/** Writes a session and its tasks to a file that the user names: to be read, or to be imported elsewhere. */
import * as vscode from "vscode";
import type { Session } from "sessiond-protocol";
import type { Engine } from "../contract.ts";
import { fileNameOf, titleOf } from "./words.ts";

interface Format extends vscode.QuickPickItem {
  readonly format: "json" | "markdown";
  readonly extension: "json" | "md";
}

const formats: readonly Format[] = [
  { label: "$(markdown) Markdown", detail: "To be read by people", format: "markdown", extension: "md" },
  {
    label: "$(json) JSON",
    detail: "Complete; “sessiond sessions import” takes it in again",
    format: "json",
    extension: "json",
  },
];

export async function exportSession(engine: Engine, session: Session): Promise<void> {
  const chosen = await vscode.window.showQuickPick(formats, { title: `Export “${titleOf(session)}”` });
  if (!chosen) return;
  const folder = vscode.Uri.file(session.directory);
  const file = await vscode.window.showSaveDialog({
    title: "Export Session",
    defaultUri: vscode.Uri.joinPath(folder, fileNameOf(session, chosen.extension)),
    filters: { [chosen.format === "json" ? "JSON" : "Markdown"]: [chosen.extension] },
  });
  if (!file) return;
  await write(engine, session.id, chosen.format, file);
  await vscode.window.showTextDocument(file, { preview: true });
}

/** Rejects with `RequestFailed`, or with what the file system says. */
export async function write(
  engine: Engine,
  sessionId: string,
  format: "json" | "markdown",
  file: vscode.Uri,
): Promise<void> {
  const { document } = await engine.request("session/export", { sessionId, format });
  await vscode.workspace.fs.writeFile(file, new TextEncoder().encode(document));
}
