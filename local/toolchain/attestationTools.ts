/**
 * `npm run attestation-tools`: builds syft, which `tarmac attest` needs, and cosign, with which others verify, and puts them among the tools of
 * the local environment. One that is on PATH is used as it is.
 */
import { join } from "node:path";
import { commandLine, main } from "../commandLine.ts";
import { buildOnDemand } from "./buildOnDemand.ts";
import { toolsFolder } from "./folder.ts";
import { linkProgram, linkTool } from "./goBuild.ts";
import { programOnPath } from "./onPath.ts";
import type { Tool } from "./tools.ts";

export const syft: Tool = {
  name: "syft",
  title: "syft",
  package: "github.com/anchore/syft/cmd/syft",
  module: "github.com/anchore/syft",
  versionFlags: ["main.version={n}"],
  programs: ["syft"],
  buildMinutes: 3,
};

export const cosign: Tool = {
  name: "cosign",
  title: "cosign",
  package: "github.com/sigstore/cosign/v3/cmd/cosign",
  module: "github.com/sigstore/cosign/v3",
  versionFlags: ["sigs.k8s.io/release-utils/version.gitVersion={v}"],
  programs: ["cosign"],
  buildMinutes: 3,
};

/** Puts both among the programs of the environment, and builds what is missing. @throws Error when Go is missing or a build fails */
async function provide(): Promise<void> {
  const missing: Tool[] = [];
  for (const tool of [syft, cosign]) {
    const found = programOnPath(tool, tool.name);
    if (found === undefined) missing.push(tool);
    else if (found !== join(toolsFolder(), tool.name)) linkProgram(tool.name, found);
  }
  await buildOnDemand(...missing);
  for (const tool of missing) linkTool(tool);
  process.stdout.write(`syft and cosign are in ${toolsFolder()}, which npm run with-local puts on PATH\n`);
}

const help = `
usage: npm run attestation-tools

Provides syft, which "tarmac attest" and deployments with the setting attest need, and cosign, with which others verify, for commands on the local
environment. One that is on PATH in the pinned version or a newer one is used; otherwise it is built from its Go module (needs Go, some minutes).

  -h, --help   this text

Exit code: 0 done, 2 could not run.
`;

if (import.meta.main) {
  commandLine(help, {});
  await main(provide);
}
