/** A prompt that was sent, taken apart again: what its user wrote, and the chips that went with it. Pure. */
import type { FilePart, Message, TextPart } from "sessiond-protocol";
import type { Chip } from "../panel/messages.ts";
import { diffHead, problemsHead } from "./texts.ts";

export interface Said {
  readonly text: string;
  readonly files: readonly FilePart[];
  /** Code, problems, a diff: of the editor, see texts.ts. */
  readonly pieces: readonly TextPart[];
}

/** The engine puts what its user wrote last. */
export function saidIn({ parts }: Message): Said {
  const texts = parts.filter((part) => part.type === "text");
  const last = texts.at(-1);
  // Where nothing was written there is no such text.
  const own = last && iconOf(last.text) === "note" ? last : undefined;
  return {
    text: own?.text ?? "",
    files: parts.filter((part) => part.type === "file"),
    pieces: texts.filter((part) => part !== own),
  };
}

/** To be said once more, or differently. */
export function chipsOf({ files, pieces }: Said): Chip[] {
  return [
    ...files.map(({ id, mediaType, uri, name }) => ({
      id: uri.startsWith("data:") ? `again ${id}` : `file ${uri}`,
      label: nameOf({ mediaType, uri, name }),
      icon: mediaType.startsWith("image/") ? "file-media" : mediaType === "inode/directory" ? "folder" : "file",
      parts: [{ type: "file" as const, mediaType, uri, ...(name && { name }) }],
    })),
    ...pieces.map(({ id, text }) => ({
      id: `again ${id}`,
      label: headOf(text),
      icon: iconOf(text),
      parts: [{ type: "text" as const, text }],
    })),
  ];
}

/** A whole path says in which folder of the workspace it is; to the model, and to whoever asks. */
export function nameOf({ mediaType, uri, name }: Pick<FilePart, "mediaType" | "uri" | "name">): string {
  const whole = name ?? (uri.startsWith("data:") ? mediaType : uri);
  return whole.replace(/^(\/|file:).*\/(?=.)/, "");
}

/** The line above the code, or the first words. */
export function headOf(text: string): string {
  const line = text.slice(0, text.indexOf("\n") >>> 0).trim();
  const head = line.replace(/:$/, "");
  return head.length > 60 ? `${head.slice(0, 60)}…` : head;
}

/** Without the line above it, and without the fence around it. */
export function bodyOf(text: string): string {
  const rest = text.slice(text.indexOf("\n") + 1);
  return /^(`{3,})[^\n]*\n([\s\S]*)\n\1$/.exec(rest)?.[2] ?? rest;
}

export function iconOf(text: string): "selection" | "issues" | "diff" | "note" {
  if (/^\S.*:\d+(-\d+)?:\n/.test(text)) return "selection";
  if (text.startsWith(`${problemsHead}\n`)) return "issues";
  return text.startsWith(`${diffHead}\n`) ? "diff" : "note";
}
