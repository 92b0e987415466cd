/** The stack's own file, with the image to return to in place of the one that would be built. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isMap, parseDocument } from "yaml";

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
    // "config:" with nothing below it is no collection yet.
    if (isMap(document.contents) && !isMap(document.get("config", true))) document.delete("config");
    document.setIn(["config", "tarmac:image"], image);
    const other = join(folder, `Pulumi.${stack}.yaml`);
    writeFileSync(other, document.toString(), { mode: 0o600 });
    return await act(other);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
