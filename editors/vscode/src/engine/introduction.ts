/** What this editor says of itself in `initialize`: who it is, where it works, what may be asked of it. */
import * as vscode from "vscode";

export function introduction(context: vscode.ExtensionContext, answered: ReadonlySet<string>): object {
  const folders = (vscode.workspace.workspaceFolders ?? []).filter((folder) => folder.uri.scheme === "file");
  const configuration = vscode.workspace.getConfiguration("sessiond");
  return {
    processId: process.pid,
    rootUri: folders[0]?.uri.toString() ?? null,
    workspaceFolders: folders.map(({ uri, name }) => ({ uri: uri.toString(), name })),
    capabilities: {
      workspace: {
        applyEdit: answered.has("workspace/applyEdit"),
        workspaceEdit: { documentChanges: true },
        workspaceFolders: true,
      },
      textDocument: { synchronization: { didSave: true } },
    },
    initializationOptions: {
      sessiond: {
        protocolVersion: 1,
        client: { name: "vscode", version: (context.extension.packageJSON as { version: string }).version },
        env: configuration.get<Record<string, string>>("environment", {}),
        settings: configuration.get<Record<string, unknown>>("engineSettings", {}),
        editor: {
          applyEdit: answered.has("workspace/applyEdit"),
          diagnostics: answered.has("editor/diagnostics"),
          context: answered.has("editor/context"),
        },
      },
    },
  };
}
