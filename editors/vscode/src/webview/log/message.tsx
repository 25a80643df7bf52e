/** One message: what its user has said, or the parts of an answer in their order. */
import type { ComponentChildren, JSX } from "preact";
import type { FilePart, Message, Part, ReasoningPart } from "sessiond-protocol";
import type { Preferences } from "../../panel/messages.ts";
import { bodyOf, headOf, iconOf, nameOf, saidIn } from "../../chips/said.ts";
import type { Transcript } from "../../session/transcript.ts";
import { tell } from "../host.ts";
import { Icon, IconButton } from "../icons/icon.tsx";
import { isIcon } from "../icons/icons.ts";
import { Markdown } from "../markdown/markdown.tsx";
import { memo } from "../memo.ts";
import { ToolCard } from "./tool_card.tsx";

export const UserMessage = memo(({ message, busy }: { message: Message; busy: boolean }): JSX.Element => {
  const { text, files, pieces } = saidIn(message);
  return (
    <article class="message user" aria-label="You" data-testid="message">
      <div class="bubble">
        {files.length > 0 && (
          <ul class="files">
            {files.map((file) => (
              <AttachedFile key={file.id} file={file} />
            ))}
          </ul>
        )}
        {pieces.map((piece) => (
          <Piece key={piece.id} text={piece.text} />
        ))}
        {text && <p class="prompt-text">{text}</p>}
      </div>
      <div class="message-actions">
        <IconButton
          name="repo-forked"
          title="Say it differently: a new session up to here"
          onClick={() => tell({ type: "fork", messageId: message.id })}
        />
        <IconButton
          name="discard"
          title="Restore to before this message…"
          disabled={busy}
          onClick={() => tell({ type: "request", name: "restoreTo", detail: message.id })}
        />
      </div>
    </article>
  );
});

/** Of the editor: its place or kind, and folded below what the model was given. */
function Piece({ text }: { text: string }): JSX.Element {
  const icon = iconOf(text);
  return (
    <details class="piece" data-testid="piece">
      <summary class="chip">
        <Icon name={isIcon(icon) ? icon : "file"} />
        <span>{headOf(text)}</span>
      </summary>
      <pre tabIndex={0}>{bodyOf(text)}</pre>
    </details>
  );
}

function AttachedFile({ file }: { file: FilePart }): JSX.Element {
  const image = file.mediaType.startsWith("image/") && file.uri.startsWith("data:");
  const label = nameOf(file);
  return (
    <li class="chip" title={file.name ?? label}>
      {image ? <img src={file.uri} alt="" /> : <Icon name={file.mediaType === "inode/directory" ? "folder" : "file"} />}
      {file.uri.startsWith("file:") ? (
        <button
          type="button"
          class="link"
          onClick={() => tell({ type: "open", target: { kind: "link", href: file.uri } })}
        >
          {label}
        </button>
      ) : (
        <span>{label}</span>
      )}
    </li>
  );
}

export interface AnswerProps {
  readonly message: Message;
  readonly transcript: Transcript;
  readonly reasoning: Preferences["reasoning"];
  readonly directory: string | undefined;
  /** Another number for what is not in the message itself: progress, permissions, what the model still has. */
  readonly revision: number;
}

export const Answer = memo(({ message, transcript, reasoning, directory }: AnswerProps): JSX.Element | null => {
  if (message.parts.length === 0 && !message.error) return null;
  const parts = message.parts.map((part) => (
    <AnswerPart
      key={part.id}
      part={part}
      transcript={transcript}
      reasoning={reasoning}
      directory={directory}
      ended={Boolean(message.finishReason)}
    />
  ));
  return (
    <article class="message answer" aria-label={message.summary ? "Summary" : "Answer"} data-testid="message">
      {message.summary ? <Folded label="Summary of the conversation so far, for the model">{parts}</Folded> : parts}
    </article>
  );
});

function AnswerPart({
  part,
  transcript,
  reasoning,
  directory,
  ended,
}: {
  part: Part;
  transcript: Transcript;
  reasoning: Preferences["reasoning"];
  directory: string | undefined;
  ended: boolean;
}): JSX.Element | null {
  const open = part.id in transcript.open && !ended;
  switch (part.type) {
    case "text":
      return <Markdown text={part.text} open={open} />;
    case "reasoning":
      return reasoning === "hidden" ? null : <Reasoning part={part} open={open} shown={reasoning === "shown"} />;
    case "tool":
      return (
        <ToolCard
          part={part}
          input={transcript.inputs[part.id]}
          progress={transcript.progress[part.id]}
          asked={transcript.permissions.some(({ partId }) => partId === part.id)}
          trimmed={transcript.trimmed.includes(part.id)}
          directory={directory}
        />
      );
    case "file":
      return (
        <ul class="files">
          <AttachedFile file={part} />
        </ul>
      );
    default:
      return null;
  }
}

function Reasoning({ part, open, shown }: { part: ReasoningPart; open: boolean; shown: boolean }): JSX.Element | null {
  if (!part.text && !open) return null;
  return (
    <Folded label={open ? "Thinking…" : "Thought"} shown={shown} className="reasoning">
      <Markdown text={part.text} open={open} />
    </Folded>
  );
}

function Folded({
  label,
  children,
  shown = false,
  className = "",
}: {
  label: string;
  children: ComponentChildren;
  shown?: boolean;
  className?: string;
}): JSX.Element {
  return (
    <details class={`folded ${className}`} open={shown}>
      <summary>
        <Icon name="chevron-right" />
        <span>{label}</span>
      </summary>
      <div class="folded-body">{children}</div>
    </details>
  );
}
