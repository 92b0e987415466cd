/** A JSON list of texts, as workflows pass lists in variables and outputs. */

/** @returns `undefined` for anything else */
export function textList(json: string): string[] | undefined {
  try {
    const list = JSON.parse(json) as unknown;
    return Array.isArray(list) && list.every((text) => typeof text === "string") ? list : undefined;
  } catch {
    return undefined;
  }
}
