/** Which names a few typed letters mean, the best first. Pure. */

/** Higher is better; undefined where the letters do not stand in the name in this order. */
export function score(query: string, name: string): number | undefined {
  const [wanted, lower] = [query.toLowerCase(), name.toLowerCase()];
  const base = lower.lastIndexOf("/") + 1;
  const whole = lower.indexOf(wanted, base);
  if (whole >= 0) return 1_000 - (whole - base) * 4 - name.length / 4;
  const part = lower.indexOf(wanted);
  if (part >= 0) return 600 - name.length / 4;
  return scattered(wanted, lower, name);
}

/** Letters at the beginning of words, and letters in a row, say more. */
function scattered(wanted: string, lower: string, name: string): number | undefined {
  let total = 0;
  let at = -1;
  for (const letter of wanted) {
    const next = lower.indexOf(letter, at + 1);
    if (next < 0) return undefined;
    const begins = next === 0 || /[^\p{L}\p{N}]/u.test(name[next - 1] ?? "") || /\p{Lu}/u.test(name[next] ?? "");
    total += next === at + 1 ? 8 : begins ? 10 : 1;
    at = next;
  }
  return total - name.length / 4;
}

export function best<T>(query: string, items: readonly T[], nameOf: (item: T) => string, most: number): T[] {
  if (!query) return items.slice(0, most);
  return items
    .flatMap((item) => {
      const value = score(query, nameOf(item));
      return value === undefined ? [] : [{ item, value }];
    })
    .sort((one, other) => other.value - one.value)
    .slice(0, most)
    .map(({ item }) => item);
}

/** For a search of files whose list is too long to be had whole: `aB` finds one name with both letters in any case. */
export function globOf(query: string): string {
  const letters = (query.split("/").at(-1) ?? "").match(/[\p{L}\p{N}_.-]/gu) ?? [];
  const either = (letter: string): string => {
    const [lower, upper] = [letter.toLowerCase(), letter.toUpperCase()];
    return lower === upper || upper.length > 1 ? letter : `[${lower}${upper}]`;
  };
  return `**/*${letters.map((letter) => `${either(letter)}*`).join("")}`;
}
