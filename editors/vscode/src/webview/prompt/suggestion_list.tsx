/** The list above the prompt box while a word is completed. The focus stays in the box; the list is pointed at from there. */
import type { JSX } from "preact";
import { Icon } from "../icons/icon.tsx";
import { isIcon } from "../icons/icons.ts";
import type { Suggesting } from "./suggestions.ts";

export function SuggestionList({ suggesting }: { suggesting: Suggesting }): JSX.Element | null {
  const { offer } = suggesting;
  if (!offer?.suggestions.length) return null;
  return (
    <ul class="suggestions" id="suggestions" role="listbox" aria-label="Suggestions" data-testid="suggestions">
      {offer.suggestions.map(({ id, label, icon, detail }, index) => (
        <li
          key={id}
          id={`suggestion-${index}`}
          role="option"
          aria-selected={index === offer.chosen}
          ref={(element) => (index === offer.chosen ? element?.scrollIntoView({ block: "nearest" }) : undefined)}
          onMouseDown={(event) => {
            event.preventDefault();
            suggesting.choose(index);
          }}
        >
          <Icon name={isIcon(icon) ? icon : "file"} />
          <span>{label}</span>
          {detail && <span class="faint">{detail}</span>}
        </li>
      ))}
    </ul>
  );
}
