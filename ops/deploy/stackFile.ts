/** The stack's own file, with the image to return to in place of the one that would be built. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseDocument } from "yaml";
import { setConfig, stackFile } from "../pulumi/stackFile.ts";

/**
 * Hands a stack file to `act` that runs an image which is there, instead of building one. The stack's own file stays as it is:
 * the next deployment builds again.
 * @param file of the stack
 * @param image `HOST/REPOSITORY:TAG@sha256:...`
 */
export async function withImage<T>(
  file: string,
  stack: string,
  image: string,
  act: (file: string) => Promise<T>,
): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), "tarmac-"));
  try {
    const document = parseDocument(readFileSync(file, "utf8"));
    setConfig(document, { "tarmac:image": image });
    const other = stackFile(folder, stack);
    writeFileSync(other, document.toString(), { mode: 0o600 });
    return await act(other);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
