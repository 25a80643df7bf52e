/** The rows of the tree as the workbench draws them. It is drawn anew when a row, the session in the panel or the day changes. */
import * as vscode from "vscode";
import type { Session } from "sessiond-protocol";
import type { Rooms } from "../contract.ts";
import { type Group, grouped, nextMidnight } from "./groups.ts";
import { whatWaits } from "./waiting.ts";
import type { WatchedSessions } from "./watching.ts";
import { type Face, faceOf, factsOf } from "./words.ts";

export type Item = { readonly group: Group } | { readonly session: Session };

/** Many changes at once are drawn once. */
const gathering = 100;

export class SessionItems implements vscode.TreeDataProvider<Item> {
  /** Words that are searched for, and what has been found. */
  search: string | undefined;
  found: readonly Session[] | undefined;
  readonly #changes = new vscode.EventEmitter<undefined>();
  readonly onDidChangeTreeData = this.#changes.event;
  readonly #rooms: Rooms;
  readonly #watched: WatchedSessions;
  readonly #listening: vscode.Disposable;
  #archived = false;
  #searching: vscode.CancellationTokenSource | undefined;
  #drawing: NodeJS.Timeout | undefined;
  #midnight: NodeJS.Timeout | undefined;

  constructor(rooms: Rooms, watched: WatchedSessions) {
    this.#rooms = rooms;
    this.#watched = watched;
    this.#listening = vscode.Disposable.from(
      watched.onDidChange(() => this.#draw()),
      rooms.sessions.onDidChangeCurrent(() => this.#draw()),
      rooms.sessions.onDidFold(({ events }) => events.some(({ type }) => asks.test(type)) && this.#draw()),
    );
  }

  /** Asked for once somebody sees the tree; until a list is there the workbench shows that it is being made. */
  async getChildren(item?: Item): Promise<Item[]> {
    if (item) return "group" in item ? item.group.sessions.map((session) => ({ session })) : [];
    await this.#watched.begin();
    this.#wakeAtMidnight();
    const waits = whatWaits(this.#rooms, this.#watched);
    return grouped(this.#shown(), new Date(), waits).map((group) => ({ group }));
  }

  getTreeItem(item: Item): vscode.TreeItem {
    return "group" in item ? groupItem(item.group, this.search !== undefined) : this.#sessionItem(item.session);
  }

  resolveTreeItem(row: vscode.TreeItem, item: Item): vscode.TreeItem {
    if ("session" in item) row.tooltip = tooltipOf(item.session);
    return row;
  }

  showArchived(archived: boolean): void {
    this.#archived = archived;
    void vscode.commands.executeCommand("setContext", "sessiond.archivedShown", archived);
    this.#draw();
  }

  /** Undefined: all of them again. Rejects with `RequestFailed`. */
  async find(words: string | undefined): Promise<void> {
    this.#searching?.cancel();
    this.#searching = undefined;
    this.search = words;
    void vscode.commands.executeCommand("setContext", "sessiond.searching", words !== undefined);
    if (words === undefined) this.found = undefined;
    else await this.#search(words);
    this.#changes.fire(undefined);
  }

  dispose(): void {
    clearTimeout(this.#drawing);
    clearTimeout(this.#midnight);
    this.#searching?.dispose();
    this.#listening.dispose();
    this.#changes.dispose();
  }

  /** Those that were found as they are now: a row that has changed is known to the watch. */
  #shown(): Session[] {
    const { rows } = this.#watched;
    if (this.search === undefined) return rows.shown({ archived: this.#archived });
    return (this.found ?? []).map((session) => rows.get(session.id) ?? session);
  }

  async #search(words: string): Promise<void> {
    const searching = (this.#searching = new vscode.CancellationTokenSource());
    const found = await this.#watched.search(words, searching.token);
    if (this.#searching === searching) this.found = found;
  }

  #sessionItem(session: Session): vscode.TreeItem {
    const face = faceOf(session, {
      asking: whatWaits(this.#rooms, this.#watched)(session),
      current: this.#rooms.sessions.current?.id === session.id,
      withFolder: (vscode.workspace.workspaceFolders?.length ?? 0) !== 1,
      now: Date.now(),
    });
    const row = new vscode.TreeItem(face.title);
    row.id = session.id;
    row.description = face.description;
    row.iconPath = iconOf(face);
    row.contextValue = session.archived ? "session archived" : "session active";
    row.accessibilityInformation = { label: face.spoken };
    row.command = { command: "sessiond.sessions.open", title: "Open", arguments: [{ session }] };
    return row;
  }

  #draw(): void {
    this.#drawing ??= setTimeout(() => {
      this.#drawing = undefined;
      this.#changes.fire(undefined);
    }, gathering);
  }

  #wakeAtMidnight(): void {
    clearTimeout(this.#midnight);
    this.#midnight = setTimeout(() => this.#draw(), nextMidnight(new Date()).getTime() - Date.now());
    this.#midnight.unref();
  }
}

const asks = /^(permission|question)\./;

function groupItem({ id, label, sessions, folded }: Group, unfolded: boolean): vscode.TreeItem {
  const state = folded && !unfolded ? "Collapsed" : "Expanded";
  const row = new vscode.TreeItem(label, vscode.TreeItemCollapsibleState[state]);
  row.id = unfolded ? `found ${id}` : id;
  row.description = String(sessions.length);
  row.accessibilityInformation = {
    label: `${label}, ${sessions.length === 1 ? "1 session" : `${sessions.length} sessions`}`,
  };
  return row;
}

function iconOf({ icon, color }: Face): vscode.ThemeIcon {
  return new vscode.ThemeIcon(icon, color ? new vscode.ThemeColor(color) : undefined);
}

/** Titles and names are anybody's: they stand as text. */
function tooltipOf(session: Session): vscode.MarkdownString {
  const tooltip = new vscode.MarkdownString();
  tooltip.appendText(session.title || "Untitled session");
  for (const [label, value] of factsOf(session)) {
    tooltip.appendMarkdown(`\n\n${label}: `);
    tooltip.appendText(value);
  }
  return tooltip;
}
