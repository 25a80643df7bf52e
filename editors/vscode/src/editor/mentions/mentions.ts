/** What `@` offers in the prompt box: selection, problems, git diff, open editors, files and folders. */
import * as vscode from "vscode";
import type { Rooms, SuggestionSource } from "../../contract.ts";
import type { Chip, Suggestion } from "../../panel/messages.ts";
import { codeChip, diffChip, fileChip, folderChip, problemsChip } from "../../chips/chips.ts";
import { changesIn, whyNoGitIn } from "../../chips/repository.ts";
import { openFiles } from "../looking.ts";
import { type Found, nameOf, type WorkspaceFiles } from "./files.ts";
import { best } from "./fuzzy.ts";

const most = 40;
const mostOpen = 30;

/** What is there now; nobody wants to choose what is not. */
interface Offer extends Suggestion {
  isThere(): boolean;
  take(): Chip | undefined | Promise<Chip | undefined>;
}

export function mentions({ sessions }: Rooms, files: WorkspaceFiles): SuggestionSource {
  const directory = (): string | undefined => sessions.current?.transcript.session?.directory ?? sessions.directory();
  const offers = offersOf(directory);
  return {
    trigger: "@",
    find: async (query, token) => {
      const things = best(
        query,
        offers.filter((offer) => offer.isThere()),
        ({ label }) => label,
        offers.length,
      );
      const found = await files.find(query, most, token);
      return [...things.map(asSuggestion), ...found.map(fileSuggestion)];
    },
    take: async ({ id }) => {
      const [, kind, uri] = /^(file|folder):(.*)$/s.exec(id) ?? [];
      if (uri) return (kind === "folder" ? folderChip : fileChip)(vscode.Uri.parse(uri));
      const offer = offers.find((each) => each.id === id);
      return offer && ((await offer.take()) ?? "");
    },
  };
}

function offersOf(directory: () => string | undefined): Offer[] {
  return [
    {
      id: "context:selection",
      label: "selection",
      icon: "selection",
      detail: "What is selected in the editor",
      isThere: () => selectionChip() !== undefined,
      take: selectionChip,
    },
    {
      id: "context:problems",
      label: "problems",
      icon: "issues",
      detail: "Errors and warnings of the editor",
      isThere: () => problemsChip() !== undefined,
      take: problemsChip,
    },
    {
      id: "context:diff",
      label: "git diff",
      icon: "diff",
      detail: "What has changed since the last commit",
      isThere: () => {
        const place = directory();
        return place !== undefined && !whyNoGitIn(place);
      },
      take: async () => {
        const changes = await changesIn(directory() ?? "");
        if ("diff" in changes) return diffChip(changes.diff);
        void vscode.window.showInformationMessage(changes.whyNot);
        return undefined;
      },
    },
    {
      id: "context:open",
      label: "open editors",
      icon: "files",
      detail: "All files that are open",
      isThere: () => openFiles().length > 0,
      take: openEditorsChip,
    },
  ];
}

function openEditorsChip(): Chip | undefined {
  const files = openFiles().slice(0, mostOpen);
  if (files.length === 0) return undefined;
  return {
    id: "open editors",
    label: files.length === 1 ? "1 open editor" : `${files.length} open editors`,
    icon: "files",
    tooltip: files.map(nameOf).join("\n"),
    parts: files.flatMap((uri) => fileChip(uri).parts),
  };
}

/** All that is selected in the editor in front, also while the prompt box has the focus. */
function selectionChip(): Chip | undefined {
  const editor = vscode.window.activeTextEditor ?? vscode.window.visibleTextEditors[0];
  const chips = editor?.selections
    .filter(({ isEmpty }) => !isEmpty)
    .map((selection) => codeChip(editor.document, selection));
  const [first, ...others] = chips ?? [];
  if (!first || !others.length) return first;
  return {
    ...first,
    id: [first, ...others].map(({ id }) => id).join(" "),
    label: `${first.label} and ${others.length} more`,
    tooltip: [first, ...others].map(({ tooltip }) => tooltip).join("\n"),
    parts: [first, ...others].flatMap(({ parts }) => parts),
  };
}

function asSuggestion({ id, label, icon, detail }: Offer): Suggestion {
  return { id, label, icon, ...(detail && { detail }) };
}

function fileSuggestion({ uri, kind }: Found): Suggestion {
  const name = nameOf(uri);
  const slash = name.lastIndexOf("/");
  return {
    id: `${kind}:${uri.toString()}`,
    label: name.slice(slash + 1) + (kind === "folder" ? "/" : ""),
    icon: kind,
    ...(slash > 0 && { detail: name.slice(0, slash) }),
  };
}
