/** What this browser keeps for the page; a browser that keeps nothing is no reason to fail. */

/** @param {string} key */
export function recall(key) {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}

/** @param {string} key @param {string} value */
export function keep(key, value) {
  try {
    localStorage.setItem(key, value);
  } catch {
    // Then it is forgotten with the page.
  }
}

/** Until the tab is closed. @param {string} key @param {unknown} value */
export function carry(key, value) {
  try {
    sessionStorage.setItem(key, JSON.stringify(value));
  } catch {
    // Then it is forgotten with the page.
  }
}

/**
 * What was carried, once or (`stays`) again and again.
 *
 * @param {string} key @param {boolean} stays
 */
export function carried(key, stays = false) {
  try {
    const text = sessionStorage.getItem(key);
    if (!stays) sessionStorage.removeItem(key);
    return text ? JSON.parse(text) : null;
  } catch {
    return null;
  }
}
