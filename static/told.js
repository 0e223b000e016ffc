/** What the desk says, in the moderator's language: see templates/desk/words.html. */

const language = document.documentElement.lang;
const plural = new Intl.PluralRules(language);
const numbers = new Intl.NumberFormat(language);

/** @type {Record<string, string | Record<string, string>>} */
const words = JSON.parse(document.getElementById("desk-words")?.textContent ?? "{}");

/**
 * The message with its places filled; the plural form follows `n`, which must be a number then.
 *
 * @param {string} key
 * @param {Record<string, string | number>} [values]
 */
export function tell(key, values = {}) {
  const message = words[key] ?? "";
  const text =
    typeof message === "string"
      ? message
      : (message[plural.select(Number(values.n))] ?? message.other ?? "");
  return text.replace(/\{(\w+)\}/g, (place, name) => {
    const value = values[name] ?? place;
    return typeof value === "number" ? numbers.format(value) : value;
  });
}
