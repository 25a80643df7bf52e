/** The offer to install the engine: with an installer that the user chooses, in a terminal where they see what happens. */
import * as vscode from "vscode";

interface Way extends vscode.QuickPickItem {
  readonly run: () => unknown;
}

export async function install(): Promise<void> {
  const ways: Way[] = [
    { label: "uv tool install sessiond", description: "with uv", run: () => inTerminal("uv tool install sessiond") },
    { label: "pipx install sessiond", description: "with pipx", run: () => inTerminal("pipx install sessiond") },
    {
      label: "python3 -m pip install --user sessiond",
      description: "with pip",
      run: () => inTerminal("python3 -m pip install --user sessiond"),
    },
    { label: "It is installed: choose the program…", description: "sets sessiond.path", run: chooseProgram },
    { label: "It is installed now: start it", run: () => vscode.commands.executeCommand("sessiond.startEngine") },
  ];
  const chosen = await vscode.window.showQuickPick(ways, {
    title: "Install the engine",
    placeHolder: "The command runs in a terminal; afterwards start the engine",
  });
  await chosen?.run();
}

/** Nothing runs unseen: the line stands in the terminal, and the end of the terminal's command starts the engine. */
function inTerminal(line: string): void {
  const terminal = vscode.window.createTerminal({ name: "Install sessiond" });
  terminal.show();
  terminal.sendText(line, true);
  const listening = vscode.Disposable.from(
    vscode.window.onDidEndTerminalShellExecution((execution) => {
      if (execution.terminal !== terminal) return;
      listening.dispose();
      void vscode.commands.executeCommand("sessiond.startEngine");
    }),
    vscode.window.onDidCloseTerminal((closed) => {
      if (closed === terminal) listening.dispose();
    }),
  );
}

/** Written where the setting is that counts now; the change of it starts the program. */
export async function chooseProgram(): Promise<void> {
  const [program] = (await vscode.window.showOpenDialog({ title: "The program sessiond", canSelectMany: false })) ?? [];
  if (!program) return;
  const settings = vscode.workspace.getConfiguration("sessiond");
  const { Global, Workspace } = vscode.ConfigurationTarget;
  await settings.update("path", program.fsPath, settings.inspect("path")?.workspaceValue ? Workspace : Global);
  await vscode.commands.executeCommand("sessiond.startEngine");
}
