/** An icon in a component, and the button that is one. */
import type { JSX } from "preact";
import { type IconName, iconSource } from "./icons.ts";

export function Icon({ name }: { name: IconName }): JSX.Element {
  return <span class={`icon icon-${name}`} aria-hidden="true" dangerouslySetInnerHTML={{ __html: iconSource(name) }} />;
}

export function IconButton({
  name,
  title,
  onClick,
  disabled = false,
  testid,
  home = false,
}: {
  name: IconName;
  title: string;
  onClick: () => void;
  disabled?: boolean;
  testid?: string;
  /** Gets the focus of what has gone beside it, see `focus.ts`. */
  home?: boolean;
}): JSX.Element {
  return (
    <button
      type="button"
      class="icon-button"
      title={title}
      aria-label={title}
      onClick={onClick}
      disabled={disabled}
      data-testid={testid}
      data-home={home || undefined}
    >
      <Icon name={name} />
    </button>
  );
}
