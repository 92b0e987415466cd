/** Programs that some tests use if the machine has them. */
import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";

/** @param given path of the program, from a variable @returns its path, or the one on PATH; `undefined` without any */
export function optionalProgram(name: string, given: string | undefined): string | undefined {
  const folders = (process.env.PATH ?? "").split(delimiter);
  return [given ?? "", ...folders.map((folder) => join(folder, name))].find(
    (file) => file !== "" && isExecutable(file),
  );
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
