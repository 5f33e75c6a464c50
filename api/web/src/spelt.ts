// A sealed text that has parts, a table or a filled form, as the person who signs it reads it. What
// is not exactly of that shape has none: it is shown as it is, so nothing that is signed is hidden.
import { type Json, encodeCanonical, isObject } from "./canonical.ts";

type Cell = null | boolean | number | string;

/** Returns a table's rows, undefined where the text is no table. */
export function rowsOf(text: string): string[][] | undefined {
  const held = whole(text);
  return Array.isArray(held) && held.every(isRow) && new Set(held.map((row) => row.length)).size === 1 ? held : undefined;
}

/** Returns what a form's fields hold, undefined where the text is no form. */
export function fieldsOf(text: string): [string, Cell][] | undefined {
  const held = whole(text);
  if (!isObject(held)) return undefined;
  const fields = Object.entries(held);
  return fields.every((field): field is [string, Cell] => isCell(field[1])) ? fields : undefined;
}

/** What JSON text holds: nothing where it could say more than is read, such as a name twice. */
function whole(text: string): Json | undefined {
  try {
    const held = JSON.parse(text) as Json;
    return encodeCanonical(held) === text ? held : undefined;
  } catch {
    return undefined;
  }
}

function isRow(row: Json): row is string[] {
  // A cell of two lines would look like two rows.
  return Array.isArray(row) && row.every((cell) => typeof cell === "string" && !cell.includes("\n"));
}

function isCell(value: Json): value is Cell {
  return typeof value !== "object" || value === null;
}
