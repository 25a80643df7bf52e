/** A quick pick of sessions: those that are known at once, and what the engine finds for the words that are typed. */
import * as vscode from "vscode";
import type { Session } from "sessiond-protocol";
import type { Rooms } from "../contract.ts";
import { asFailure } from "../engine/failures.ts";
import { deleteOnceSure, openInPanel, rename } from "./commands.ts";
import { grouped } from "./groups.ts";
import { whatWaits } from "./waiting.ts";
import type { WatchedSessions } from "./watching.ts";
import { faceOf } from "./words.ts";

interface Pick extends vscode.QuickPickItem {
  readonly session?: Session;
}

/** Between the last key and the question to the engine. */
const pause = 150;
const renameButton: vscode.QuickInputButton = { iconPath: new vscode.ThemeIcon("edit"), tooltip: "Rename…" };
const deleteButton: vscode.QuickInputButton = { iconPath: new vscode.ThemeIcon("trash"), tooltip: "Delete…" };

export async function pickSession(rooms: Rooms, watched: WatchedSessions): Promise<void> {
  const chosen = await choose(rooms, watched);
  try {
    if (!chosen) return;
    if (chosen.button === renameButton) await rename(rooms, chosen.session);
    else if (chosen.button === deleteButton) await deleteOnceSure(rooms, chosen.session);
    else await openInPanel(rooms, chosen.session.id);
  } catch (error) {
    void vscode.window.showErrorMessage(asFailure(error).message);
  }
}

interface Choice {
  readonly session: Session;
  readonly button?: vscode.QuickInputButton;
}

function choose(rooms: Rooms, watched: WatchedSessions): Promise<Choice | undefined> {
  const picker = vscode.window.createQuickPick<Pick>();
  picker.title = "Open Session";
  picker.placeholder = "Words of titles, prompts or answers";
  let found: readonly Session[] | undefined;
  const show = (): void => {
    picker.items = picks(rooms, watched, found ?? watched.rows.shown({ archived: false }), found !== undefined);
  };
  const searching = searchAsTyped(picker, watched, (sessions) => {
    found = sessions;
    show();
  });
  const changes = watched.onDidChange(() => found === undefined && show());
  picker.busy = true;
  void watched.begin().then(() => (picker.busy = false));
  show();
  picker.show();
  return new Promise<Choice | undefined>((resolve) => {
    picker.onDidAccept(() => {
      const session = picker.activeItems[0]?.session;
      if (session) resolve({ session });
    });
    picker.onDidTriggerItemButton(({ item, button }) => item.session && resolve({ session: item.session, button }));
    picker.onDidHide(() => resolve(undefined));
  }).finally(() => {
    for (const each of [searching, changes, picker]) each.dispose();
  });
}

/** Gives what is found for the words in the box; undefined while there are none. */
function searchAsTyped(
  picker: vscode.QuickPick<Pick>,
  watched: WatchedSessions,
  give: (sessions: readonly Session[] | undefined) => void,
): vscode.Disposable {
  let timer: NodeJS.Timeout | undefined;
  let asking: vscode.CancellationTokenSource | undefined;
  const stop = (): void => {
    clearTimeout(timer);
    asking?.cancel();
  };
  const ask = async (words: string): Promise<void> => {
    const asked = (asking = new vscode.CancellationTokenSource());
    picker.busy = true;
    const sessions = await watched.search(words, asked.token).catch(() => []);
    if (asking !== asked || asked.token.isCancellationRequested) return;
    picker.busy = false;
    give(sessions);
  };
  return vscode.Disposable.from(
    picker.onDidChangeValue((value) => {
      stop();
      const words = value.trim();
      if (words) timer = setTimeout(() => void ask(words), pause);
      else give(undefined);
    }),
    new vscode.Disposable(stop),
  );
}

/** What the engine has found is shown whether or not the words are in the title. */
function picks(rooms: Rooms, watched: WatchedSessions, shown: readonly Session[], found: boolean): Pick[] {
  const now = Date.now();
  const waits = whatWaits(rooms, watched);
  return grouped(shown, new Date(now), waits).flatMap(({ label, sessions: group }) => [
    { label, kind: vscode.QuickPickItemKind.Separator },
    ...group.map((session) => {
      const face = faceOf(session, {
        asking: waits(session),
        current: rooms.sessions.current?.id === session.id,
        withFolder: false,
        now,
      });
      return {
        label: `$(${face.icon}) ${face.title}`,
        description: face.description,
        alwaysShow: found,
        buttons: [renameButton, deleteButton],
        session,
      };
    }),
  ]);
}
