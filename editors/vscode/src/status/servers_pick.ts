/** A quick pick of the MCP servers of this folder: each with its state and the reason; connect, disconnect, log in, read its log. */
import * as vscode from "vscode";
import type { McpServer } from "sessiond-protocol";
import type { Rooms } from "../contract.ts";
import { asFailure } from "../engine/failures.ts";
import type { Pages } from "./pages.ts";
import { serverLine } from "./server_words.ts";

interface Pick extends vscode.QuickPickItem {
  readonly server: McpServer;
}

const button = (icon: string, tooltip: string): vscode.QuickInputButton => ({
  iconPath: new vscode.ThemeIcon(icon),
  tooltip,
});
const refresh = button("refresh", "Start What Is Idle, and Look Again");
const connect = button("debug-start", "Connect");
const disconnect = button("debug-stop", "Disconnect");
const log = button("output", "Show Log");

/** How long servers that start are waited for, in seconds. */
const patience = 30;

export async function showServers({ engine, sessions }: Rooms, pages: Pages): Promise<void> {
  const folder = sessions.current?.transcript.session?.directory ?? sessions.directory();
  const directory = folder ? { directory: folder } : {};
  const picker = vscode.window.createQuickPick<Pick>();
  picker.title = "MCP Servers";
  picker.buttons = [refresh];
  picker.matchOnDescription = true;

  const list = async (wait = 0): Promise<void> => {
    const { servers } = await engine.request("mcp/list", { ...directory, ...(wait && { wait }) });
    picker.items = servers.map(pick);
    picker.placeholder = servers.length ? "Enter connects or disconnects" : "No server is configured for this folder";
  };
  /** The list stays open and busy; a failure stands in the place of its title. */
  const during = async (act: () => Promise<unknown>): Promise<void> => {
    picker.busy = true;
    picker.title = "MCP Servers";
    await act().catch((error: unknown) => (picker.title = asFailure(error).message));
    picker.busy = false;
  };
  const change = (method: "mcp/connect" | "mcp/disconnect", name: string): Promise<void> =>
    during(async () => {
      await engine.request(method, { name, ...directory });
      await list();
    });
  const showLog = ({ name }: McpServer): Promise<void> =>
    during(async () => {
      const { text, file } = await engine.request("mcp/logs", { name, ...directory, lines: 1_000 });
      picker.hide();
      await vscode.window.showTextDocument(pages.put(`${name}.log`, text || `Nothing is in ${file} yet.\n`));
    });

  picker.onDidTriggerButton(() => during(() => list(patience)));
  picker.onDidTriggerItemButton(({ item, button: pressed }) =>
    pressed === log
      ? showLog(item.server)
      : change(pressed === connect ? "mcp/connect" : "mcp/disconnect", item.server.name),
  );
  picker.onDidAccept(() => {
    const server = picker.activeItems[0]?.server;
    if (!server) return;
    const { does } = serverLine(server);
    if (does === "connect" || does === "disconnect") return void change(`mcp/${does}`, server.name);
    picker.hide();
    void (does === "trust" ? vscode.commands.executeCommand("sessiond.trustProject") : logIn(server));
  });
  picker.onDidHide(() => picker.dispose());
  picker.show();
  await during(() => list());
}

function pick(server: McpServer): Pick {
  const { does, ...line } = serverLine(server);
  const buttons = does === "disconnect" ? [disconnect, log] : does === "connect" ? [connect, log] : [log];
  return { ...line, buttons, server };
}

/** The workbench shows the address and asks before it opens it. */
async function logIn({ authUrl }: McpServer): Promise<void> {
  if (authUrl && /^https?:/.test(authUrl)) await vscode.env.openExternal(vscode.Uri.parse(authUrl, true));
}
