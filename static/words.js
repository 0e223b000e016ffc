/** What the page says, in the reader's language. */

const language = document.documentElement.lang;
const plural = new Intl.PluralRules(language);
const numbers = new Intl.NumberFormat(language);

/**
 * Messages by their key, as a page holds them in a script of this id.
 *
 * @param {string} id
 */
export function vocabulary(id) {
  /** @type {Record<string, string | Record<string, string>>} */
  const words = JSON.parse(document.getElementById(id)?.textContent ?? "{}");

  /**
   * The message with its places filled; the plural form follows `n`, which must be a number then.
   *
   * @param {string} key
   * @param {Record<string, string | number>} [values] numbers are written as the language does
   */
  return (key, values = {}) => {
    const message = words[key] ?? "";
    const text =
      typeof message === "string"
        ? message
        : (message[plural.select(Number(values.n))] ?? message.other ?? "");
    return text.replace(/\{(\w+)\}/g, (place, name) => {
      const value = values[name] ?? place;
      return typeof value === "number" ? numbers.format(value) : value;
    });
  };
}

/** What every page on a briefing says: see templates/parts/words.html. */
export const say = vocabulary("words");

/**
 * Hours, minutes and seconds in an IANA zone (the reader's own without one).
 *
 * @param {Date} at
 * @param {string} [zone]
 */
export function clock(at, zone) {
  // Swedish writes a clock as the server does: 09:05:00, in every language of the page.
  return at.toLocaleTimeString("sv-SE", zone ? { timeZone: zone } : {});
}
