/** The image of pod sandboxes. Kubernetes' own image cannot be pulled here, so one is built from a small static program. */
import { createHash } from "node:crypto";
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { run } from "../host/command.ts";
import type { Report } from "../progress.ts";
import { ports } from "../settings.ts";
import { toolsFolder } from "../toolchain/folder.ts";
import { holdsImage } from "./baseRegistry.ts";
import { docker } from "./docker.ts";

const sourceFolder = join(dirname(fileURLToPath(import.meta.url)), "pause");
const repository = "pause";

/** A hash of the program's source, used as the image's tag, so that a changed program becomes a new image. */
export function pauseVersion(): string {
  const hash = createHash("sha256");
  for (const file of readdirSync(sourceFolder).sort()) hash.update(readFileSync(join(sourceFolder, file)));
  return hash.digest("hex").slice(0, 12);
}

export const pauseImage = `localhost:${ports.baseRegistry}/${repository}:${pauseVersion()}`;

function goProgram(): string {
  const found = (process.env.PATH ?? "")
    .split(":")
    .concat("/usr/local/go/bin")
    .map((folder) => join(folder, "go"))
    .find((path) => existsSync(path));
  if (found === undefined)
    throw new Error(
      "go is not installed; it builds the pause program. Install Go 1.21 or later, see https://go.dev/dl",
    );
  return found;
}

/** Builds the program into the folder of tools, unless it exists. Takes about 10 s with an empty build cache. */
async function pauseProgram(report: Report): Promise<string> {
  const program = join(toolsFolder(), `pause-${pauseVersion()}`);
  if (existsSync(program)) return program;
  report("building the pause program");
  const work = mkdtempSync(join(tmpdir(), "tarmac-pause-"));
  try {
    const env = {
      CGO_ENABLED: "0",
      GOFLAGS: "",
      GOTOOLCHAIN: "local",
      GOWORK: "off",
      GOCACHE: join(work, "cache"),
      GOPATH: join(work, "path"),
    };
    const out = join(work, "pause");
    await run(goProgram(), ["build", "-trimpath", "-buildvcs=false", "-ldflags=-s -w", "-o", out, "."], {
      folder: sourceFolder,
      env,
    });
    mkdirSync(toolsFolder(), { recursive: true });
    // Copied to the same folder first: a rename within a file system is atomic.
    copyFileSync(out, `${program}.new`);
    renameSync(`${program}.new`, program);
    return program;
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** Builds the pause image and pushes it to the registry of base images, unless the registry has it. */
export async function ensurePauseImage(report: Report): Promise<void> {
  if (await holdsImage(repository, pauseVersion())) return;
  const program = await pauseProgram(report);
  report("building the pause image");
  const context = mkdtempSync(join(tmpdir(), "tarmac-pause-"));
  try {
    copyFileSync(program, join(context, "pause"));
    writeFileSync(
      join(context, "Dockerfile"),
      'FROM scratch\nCOPY pause /pause\nUSER 65535:65535\nENTRYPOINT ["/pause"]\n',
    );
    await docker("build", "--quiet", "--network=none", "--tag", pauseImage, context);
    await docker("push", "--quiet", pauseImage);
  } finally {
    rmSync(context, { recursive: true, force: true });
  }
}
