/**
 * A temporary copy of a stack file for Pulumi: it can be changed, and what Pulumi writes into it does not reach the
 * checkout.
 */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseDocument } from "yaml";
import { CouldNotRun } from "../couldNotRun.ts";
import { setConfig, stackFile } from "./stackFile.ts";

export interface CopyOptions {
  /** Folder of the project. */
  folder: string;
  stack: string;
  /** Default: the stack's own file in the folder. */
  file?: string;
  /** Settings to change in the copy, by key, e.g. `tarmac:image`. */
  changes?: Readonly<Record<string, unknown>>;
}

/**
 * Passes a copy of a stack file to `act` and removes it afterwards. Passes `undefined` if the stack has no file: Pulumi
 * handles that itself.
 * @throws CouldNotRun if a file was named and does not exist
 */
export async function withCopyOfStackFile<T>(
  { folder, stack, file: named, changes }: CopyOptions,
  act: (file: string | undefined) => Promise<T>,
): Promise<T> {
  const file = named ?? stackFile(folder, stack);
  if (!existsSync(file)) {
    if (named !== undefined) throw new CouldNotRun(`--config-file: ${named} does not exist`);
    return act(undefined);
  }
  const scratch = mkdtempSync(join(tmpdir(), "tarmac-"));
  try {
    const copy = stackFile(scratch, stack);
    const text = readFileSync(file, "utf8");
    writeFileSync(copy, changes === undefined ? text : changed(text, changes), { mode: 0o600 });
    return await act(copy);
  } finally {
    rmSync(scratch, { recursive: true });
  }
}

function changed(text: string, changes: Readonly<Record<string, unknown>>): string {
  const document = parseDocument(text);
  setConfig(document, changes);
  return document.toString();
}
