/** What can be done to a session of the tree, by its menu, a key or the palette. A failure is shown and changes nothing. */
import * as vscode from "vscode";
import type { Session } from "sessiond-protocol";
import type { Rooms } from "../contract.ts";
import { asFailure } from "../engine/failures.ts";
import { exportSession } from "./exporting.ts";
import type { Item, SessionItems } from "./items.ts";
import type { WatchedSessions } from "./watching.ts";
import { titleOf } from "./words.ts";

type Act = (session: Session) => Promise<unknown>;

export function openSessionCommands(
  rooms: Rooms,
  watched: WatchedSessions,
  items: SessionItems,
  selected: () => Item | undefined,
): vscode.Disposable {
  const { engine, sessions } = rooms;
  const register = (name: string, run: (item?: Item) => unknown): vscode.Disposable =>
    vscode.commands.registerCommand(`sessiond.${name}`, (item?: Item) => shown(() => run(item)));
  /** A key names no row: the selected one is meant. */
  const ofSession = (name: string, act: Act): vscode.Disposable =>
    register(`sessions.${name}`, async (item = selected()) => {
      if (item && "session" in item) await act(item.session);
    });
  const archive =
    (archived: boolean): Act =>
    ({ id: sessionId }) =>
      engine.request("session/update", { sessionId, archived });

  return vscode.Disposable.from(
    ofSession("open", ({ id }) => openInPanel(rooms, id)),
    ofSession("rename", (session) => rename(rooms, session)),
    ofSession("fork", async ({ id: sessionId }) =>
      openInPanel(rooms, (await engine.request("session/fork", { sessionId })).id),
    ),
    ofSession("archive", archive(true)),
    ofSession("unarchive", archive(false)),
    ofSession("delete", (session) => deleteOnceSure(rooms, session)),
    ofSession("export", (session) => exportSession(engine, session)),
    register("exportSession", async () => {
      const session = sessions.current?.transcript.session;
      if (session) await exportSession(engine, session);
    }),
    register("sessions.refresh", () => (items.search === undefined ? watched.refresh() : items.find(items.search))),
    register("sessions.search", () => search(items)),
    register("sessions.clearSearch", () => items.find(undefined)),
    register("sessions.showArchived", () => items.showArchived(true)),
    register("sessions.hideArchived", () => items.showArchived(false)),
  );
}

export async function openInPanel({ sessions, panel }: Rooms, sessionId: string): Promise<void> {
  await sessions.show(sessionId);
  await panel.reveal();
}

export async function rename({ engine }: Rooms, session: Session): Promise<void> {
  const title = await vscode.window.showInputBox({
    title: "Rename Session",
    value: session.title,
    validateInput: (value) => (value.trim() ? undefined : "A session needs a name."),
  });
  if (title === undefined || title.trim() === session.title) return;
  await engine.request("session/update", { sessionId: session.id, title: title.trim() });
}

export async function deleteOnceSure({ engine }: Rooms, session: Session): Promise<void> {
  const detail = session.turnId
    ? "A turn of it runs, and is stopped. Neither the conversation nor what its tasks have said can be brought back; files stay as they are."
    : "Neither the conversation nor what its tasks have said can be brought back; files stay as they are.";
  const sure = await vscode.window.showWarningMessage(
    `Delete “${titleOf(session)}” for good?`,
    { modal: true, detail },
    "Delete",
  );
  if (sure) await engine.request("session/delete", { sessionId: session.id });
}

async function search(items: SessionItems): Promise<void> {
  const words = await vscode.window.showInputBox({
    title: "Search Sessions",
    prompt: "Words of titles, prompts or answers; all of them must be there",
    value: items.search ?? "",
  });
  if (words === undefined) return;
  await vscode.commands.executeCommand("sessiond.sessions.focus");
  await items.find(words.trim() || undefined);
}

async function shown(act: () => unknown): Promise<void> {
  try {
    await act();
  } catch (error) {
    const { kind, message } = asFailure(error);
    if (kind !== "cancelled") void vscode.window.showErrorMessage(message);
  }
}
