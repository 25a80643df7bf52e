/** Takes messages and changes of files back, or brings them again: says first what would come of it, shows it, and asks. */
import * as vscode from "vscode";
import type { Message, RevertedFile, RevertResult } from "sessiond-protocol";
import { chipsOf, saidIn } from "../../chips/said.ts";
import { asFailure } from "../../engine/failures.ts";
import type { Conversation, Rooms } from "../../contract.ts";
import type { Texts } from "../../diffs/texts.ts";
import { diffOf, sidesOfProposed } from "../../diffs/unified.ts";
import { textNow } from "../marks/files.ts";
import { openChanges, type Resource } from "./turn.ts";

type What = "all" | "conversation" | "files";

interface Choice extends vscode.QuickPickItem {
  readonly what?: What | "preview";
}

/** Before a message, which the user chooses where none is named. Its text stands in the prompt box then. */
export async function restoreTo(messageId: string | undefined, rooms: Rooms, texts: Texts): Promise<void> {
  const conversation = rooms.sessions.current;
  const message = conversation && (messageId ? find(conversation, messageId) : await chooseMessage(conversation));
  if (!message) return;
  const sessionId = conversation.id;
  const given = { sessionId, messageId: message.id };
  await told(async () => {
    const plan = await rooms.engine.request("session/revert", { ...given, files: true, dryRun: true });
    const what = await choose(`Restore to before “${wordsOf(message, 40)}”`, plan, texts, words.revert);
    if (!what) return;
    const change = { conversation: what !== "files", files: what !== "conversation" };
    tellOutcome(await rooms.engine.request("session/revert", { ...given, ...change }));
    if (change.conversation && message.role === "user") await insertAgain(message, rooms);
  });
}

async function insertAgain(message: Message, { panel }: Rooms): Promise<void> {
  const said = saidIn(message);
  await panel.insert(said.text, chipsOf(said));
}

/** All that was taken back. */
export async function unrevert(rooms: Rooms, texts: Texts): Promise<void> {
  const sessionId = rooms.sessions.current?.id;
  if (!sessionId) return;
  await told(async () => {
    const plan = await rooms.engine.request("session/unrevert", { sessionId, dryRun: true });
    if (plan.files.length && !(await choose("Bring back what was taken back", plan, texts, words.unrevert))) return;
    tellOutcome(await rooms.engine.request("session/unrevert", { sessionId }));
  });
}

const words = {
  revert: ({ hidden }: RevertResult, files: number): Choice[] => {
    const messages = `Take back ${counted(hidden, "message")}`;
    if (files === 0) return [{ label: `$(discard) ${messages}`, what: "all" }];
    return [
      { label: `$(discard) ${messages} and restore ${counted(files, "file")}`, what: "all" },
      { label: `$(comment-discussion) ${messages}, leave the files`, what: "conversation" },
      { label: `$(files) Restore ${counted(files, "file")}, leave the conversation`, what: "files" },
    ];
  },
  unrevert: (_: RevertResult, files: number): Choice[] => [
    { label: `$(redo) Bring back the messages and ${counted(files, "file")}`, what: "all" },
  ],
};

/** Until something else than a look at the files is chosen. */
async function choose(
  title: string,
  plan: RevertResult,
  texts: Texts,
  offer: (plan: RevertResult, files: number) => Choice[],
): Promise<What | undefined> {
  const changed = plan.files.filter(({ outcome }) => outcome !== "kept").length;
  const items: Choice[] = [
    ...offer(plan, changed),
    ...(changed ? [{ label: "$(diff-multiple) Look at the changes of files first", what: "preview" as const }] : []),
    ...listed(plan),
  ];
  for (;;) {
    const chosen = await vscode.window.showQuickPick(items, {
      title,
      placeHolder: "What is to be done?",
      ignoreFocusOut: true,
    });
    if (!chosen) return undefined;
    if (chosen.what && chosen.what !== "preview") return chosen.what;
    if (changed) await preview(title, plan, texts);
  }
}

function listed({ files, notes }: RevertResult): Choice[] {
  const line = ({ path, outcome, reason }: RevertedFile): Choice => ({
    label: `${outcome === "kept" ? "$(circle-slash)" : outcome === "removed" ? "$(trash)" : "$(file)"} ${vscode.workspace.asRelativePath(path)}`,
    description: outcome === "kept" ? `stays: ${reason ?? "it has been changed since"}` : outcome,
  });
  return [
    ...(files.length ? [{ label: "Files", kind: vscode.QuickPickItemKind.Separator }] : []),
    ...files.slice(0, 100).map(line),
    ...notes.map((note) => ({ label: `$(info) ${note}` })),
  ];
}

async function preview(title: string, plan: RevertResult, texts: Texts): Promise<void> {
  const resources = await Promise.all(
    plan.files.flatMap(({ path, outcome }) => {
      const diff = diffOf(plan.diff, path);
      return outcome === "kept" || !diff ? [] : [sidesOfPlan(path, diff, texts)];
    }),
  );
  await openChanges(title, resources);
}

async function sidesOfPlan(path: string, diff: string, texts: Texts): Promise<Resource> {
  const sides = sidesOfProposed(diff, (await textNow(path)) ?? "");
  return [vscode.Uri.file(path), texts.add(path, sides.before), texts.add(path, sides.after)];
}

/** The newest first. */
async function chooseMessage({ transcript }: Conversation): Promise<Message | undefined> {
  const items = transcript.messages
    .filter(({ role }) => role === "user")
    .reverse()
    .map((message) => ({
      label: wordsOf(message, 80) || "(no text)",
      description: new Date(message.createdAt).toLocaleString(),
      message,
    }));
  const options = {
    title: "Restore to before a message",
    placeHolder: "This message and all behind it are taken back",
  };
  return (await vscode.window.showQuickPick(items, options))?.message;
}

function find({ transcript }: Conversation, messageId: string): Message | undefined {
  return transcript.messages.find(({ id }) => id === messageId);
}

function tellOutcome({ files, notes }: RevertResult): void {
  const kept = files.filter(({ outcome }) => outcome === "kept");
  const name = vscode.workspace.asRelativePath(kept[0]?.path ?? "");
  const more = kept.length > 1 ? ` and ${counted(kept.length - 1, "other file")}` : "";
  if (kept.length)
    void vscode.window.showWarningMessage(`${name}${more} stayed as it is: ${kept[0]?.reason ?? "changed since"}`);
  for (const note of notes.slice(0, 1)) void vscode.window.showInformationMessage(note);
}

async function told(act: () => Promise<unknown>): Promise<void> {
  try {
    await act();
  } catch (error) {
    void vscode.window.showErrorMessage(asFailure(error).message);
  }
}

function wordsOf(message: Message, most: number): string {
  const line = saidIn(message).text.replace(/\s+/g, " ").trim();
  return line.length > most ? `${line.slice(0, most)}…` : line;
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? "" : "s"}`;
}
