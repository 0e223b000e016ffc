/** What the desk says, in the moderator's language: see templates/desk/words.html. */

import { vocabulary } from "./words.js";

export const tell = vocabulary("desk-words");
