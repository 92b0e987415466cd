/**
 * syft for tests. Its build takes some minutes of two cores, so a machine that has none (`npm run attestation-tools`) gets a program in its place
 * that lists one component, as `tarmac attest` asks it. What syft itself finds is syft's to test.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { syft } from "../../local/toolchain/attestationTools.ts";
import { isBuilt, linkTool } from "../../local/toolchain/goBuild.ts";
import { programOnPath } from "../../local/toolchain/onPath.ts";

const placeholder = `#!/bin/sh
# In the place of syft, for a test: tests/e2e/syft.ts.
case "$1" in
  version) echo "Version: 0.0.0" ;;
  scan) echo '{"bomFormat":"CycloneDX","specVersion":"1.6","version":1,"components":[{"type":"application","name":"hello"}]}' ;;
  *) echo "unknown command $1" >&2; exit 1 ;;
esac
`;

/** @param folder where to write what stands in for it @returns `env` with syft on its PATH */
export function withSyft(folder: string, env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  if (programOnPath(syft, "syft") !== undefined) return env;
  if (isBuilt(syft)) {
    linkTool(syft);
    return env;
  }
  const programs = join(folder, "programs");
  mkdirSync(programs, { recursive: true });
  writeFileSync(join(programs, "syft"), placeholder, { mode: 0o755 });
  return { ...env, PATH: `${programs}:${env.PATH ?? ""}` };
}
