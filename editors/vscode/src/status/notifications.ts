/**
 * Notifications of what a user would want to know and cannot see: the panel is hidden, or shows another session.
 *
 * Each is said once in a window. The workbench cannot take one back: where it was answered elsewhere its buttons do nothing.
 */
import * as vscode from "vscode";
import type { Answer, Conversation, Rooms } from "../contract.ts";
import { asFailure } from "../engine/failures.ts";
import { type News, newsOf, sayPermission, sayQuestion, waiting } from "./news.ts";

export function openNotifications(rooms: Rooms): vscode.Disposable {
  const { sessions } = rooms;
  const notifications = new Notifications(rooms);
  let resets: vscode.Disposable | undefined;
  return vscode.Disposable.from(
    sessions.onDidFold(({ conversation, events }) => notifications.hear(conversation, events)),
    sessions.onDidChangeCurrent((current) => {
      resets?.dispose();
      resets = current?.onDidReset(() => notifications.lookAt(current));
    }),
  );
}

class Notifications {
  readonly #rooms: Rooms;
  /** Ids of turns and questions. */
  readonly #told = new Set<string>();

  constructor(rooms: Rooms) {
    this.#rooms = rooms;
  }

  hear(conversation: Conversation, events: Parameters<typeof newsOf>[1]): void {
    const seconds = settings().get("longTurnSeconds", 30);
    for (const news of newsOf(conversation.transcript, events, seconds * 1_000)) this.#tell(conversation, news);
  }

  /** After a gap: what was asked in it. */
  lookAt(conversation: Conversation): void {
    for (const news of waiting(conversation.transcript)) this.#tell(conversation, news);
  }

  #tell(conversation: Conversation, news: News): void {
    if (this.#told.has(news.id)) return;
    this.#told.add(news.id);
    if (news.kind === "ended" && !this.#concerns(conversation, news.id)) return;
    if (!wanted(news, this.#sees(conversation))) return;
    this.#show(conversation, news).catch((error: unknown) => this.#rooms.log.warn(asFailure(error).message));
  }

  #sees(conversation: Conversation): boolean {
    return this.#rooms.panel.visible && this.#rooms.sessions.current === conversation;
  }

  /** Of several windows that hear of an end, those tell that began the turn or have it in the panel. */
  #concerns(conversation: Conversation, turnId: string): boolean {
    const { messages } = conversation.transcript;
    const prompted = messages.some((message) => message.turnId === turnId && conversation.prompted.has(message.id));
    return prompted || this.#rooms.sessions.current === conversation;
  }

  async #show(conversation: Conversation, news: News): Promise<void> {
    if (news.kind === "permission") return this.#askPermission(conversation, news);
    const title = conversation.transcript.session?.title;
    const say =
      news.kind === "ended" && !news.failed ? vscode.window.showInformationMessage : vscode.window.showWarningMessage;
    const button = news.kind === "question" ? "Answer" : "Show";
    const text = news.kind === "question" ? sayQuestion(news.request, title) : news.text;
    if (await say(text, button)) await this.#reveal(conversation);
  }

  async #askPermission(conversation: Conversation, { request }: Extract<News, { kind: "permission" }>): Promise<void> {
    const offered = request.always?.length ? answers : answers.filter(({ answer }) => answer !== "allowAlways");
    const text = sayPermission(request, conversation.transcript.session?.title);
    const chosen = await vscode.window.showWarningMessage(text, ...offered);
    if (!chosen) return;
    if (!chosen.answer) return this.#reveal(conversation);
    if (conversation.transcript.permissions.some(({ id }) => id === request.id)) {
      await this.#rooms.actions.replyPermission(request.id, chosen.answer);
    } else {
      vscode.window.setStatusBarMessage("$(info) sessiond: that was answered already", 5_000);
    }
  }

  async #reveal(conversation: Conversation): Promise<void> {
    await this.#rooms.sessions.show(conversation.id);
    await this.#rooms.panel.reveal();
  }
}

const answers: readonly (vscode.MessageItem & { readonly answer?: Answer })[] = [
  { title: "Allow Once", answer: "allowOnce" },
  { title: "Allow Always", answer: "allowAlways" },
  { title: "Reject", answer: "rejectOnce" },
  { title: "Show" },
];

function wanted(news: News, seen: boolean): boolean {
  if (news.kind !== "ended") return !seen && settings().get("asking", true);
  const when = settings().get<"always" | "never" | "whenHidden">("turnEnded", "whenHidden");
  return when === "always" || (when === "whenHidden" && !seen);
}

function settings(): vscode.WorkspaceConfiguration {
  return vscode.workspace.getConfiguration("sessiond.notifications");
}
