/** The item of the status bar: drawn when something of it has changed. A click leads to the chat. */
import * as vscode from "vscode";
import type { Rooms } from "../contract.ts";
import { glance, type Glance } from "./glance.ts";

const links: Record<string, string> = {
  "sessiond.showUsage": "Tokens and cost",
  "sessiond.showStatus": "Engine",
  "sessiond.showServers": "MCP servers",
  "sessiond.showLog": "Log",
};

/** Text that grows changes nothing here. */
const silent: Record<string, true> = {
  "part.delta": true,
  "tool.progress": true,
  "part.started": true,
  "part.ended": true,
};

export function openBar({ engine, sessions, waiting }: Rooms): vscode.Disposable {
  const item = vscode.window.createStatusBarItem("sessiond", vscode.StatusBarAlignment.Right, 90);
  item.name = "sessiond";
  item.command = "sessiond.focusChat";
  let drawn = "";
  let ready: boolean | undefined;
  const draw = (): void => {
    if (ready !== (engine.state.kind === "ready")) {
      ready = engine.state.kind === "ready";
      void vscode.commands.executeCommand("setContext", "sessiond.ready", ready);
    }
    const elsewhere = waiting.sessions.filter(({ id }) => id !== sessions.current?.id);
    const seen = glance(engine.state, sessions.current?.transcript, Date.now(), elsewhere);
    if (JSON.stringify(seen) === drawn) return;
    drawn = JSON.stringify(seen);
    drawInto(item, seen);
  };
  let resets: vscode.Disposable | undefined;
  draw();
  item.show();
  return vscode.Disposable.from(
    item,
    engine.onDidChangeState(draw),
    waiting.onDidChange(draw),
    sessions.onDidFold(({ conversation, events }) => {
      if (conversation === sessions.current && events.some(({ type }) => !(type in silent))) draw();
    }),
    sessions.onDidChangeCurrent((current) => {
      resets?.dispose();
      resets = current?.onDidReset(draw);
      draw();
    }),
  );
}

function drawInto(item: vscode.StatusBarItem, { text, spoken, severity, facts }: Glance): void {
  item.text = text;
  item.backgroundColor = severity && new vscode.ThemeColor(`statusBarItem.${severity}Background`);
  item.accessibilityInformation = { label: `${text.replace(/\$\([^)]*\) /g, "")}: ${spoken}`, role: "button" };
  const tooltip = new vscode.MarkdownString("", true);
  tooltip.isTrusted = { enabledCommands: Object.keys(links) };
  tooltip.appendText(spoken);
  for (const [label, value] of facts) {
    tooltip.appendMarkdown(`\n\n**${label}**&nbsp; `);
    tooltip.appendText(value.slice(0, 200));
  }
  const shown = Object.entries(links).map(([command, title]) => `[${title}](command:${command})`);
  tooltip.appendMarkdown(`\n\n---\n\n${shown.join(" · ")}`);
  item.tooltip = tooltip;
}
