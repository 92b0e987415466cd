/**
 * The image of pod sandboxes. Kubernetes' own image cannot be pulled here. Its part is to keep the pod's namespaces open and to do
 * nothing, which busybox's `sleep` does as well. containerd ends a sandbox with SIGKILL, so no signal has to be handled:
 * https://github.com/containerd/containerd/blob/main/internal/cri/server/sandbox_stop.go
 */
import { createHash } from "node:crypto";
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findProgram } from "../host/command.ts";
import type { Report } from "../progress.ts";
import { ports } from "../layout.ts";
import { holdsImage } from "./baseRegistry.ts";
import { docker } from "./docker.ts";

const repository = "pause";
const dockerfile = `FROM scratch
COPY busybox /busybox
USER 65535:65535
ENTRYPOINT ["/busybox", "sleep", "infinity"]
`;

/** Follows the image's definition, so that a changed one becomes a new image. */
const tag = createHash("sha256").update(dockerfile).digest("hex").slice(0, 12);

export const pauseImage = `localhost:${ports.baseRegistry}/${repository}:${tag}`;

/** Builds the pause image and pushes it to the registry of base images, unless the registry has it. */
export async function ensurePauseImage(report: Report): Promise<void> {
  if (await holdsImage(repository, tag)) return;
  report("building the pause image");
  const context = mkdtempSync(join(tmpdir(), "tarmac-pause-"));
  try {
    copyFileSync(findProgram("busybox", "busybox-static"), join(context, "busybox"));
    writeFileSync(join(context, "Dockerfile"), dockerfile);
    await docker("build", "--quiet", "--network=none", "--tag", pauseImage, context);
    await docker("push", "--quiet", pauseImage);
  } finally {
    rmSync(context, { recursive: true, force: true });
  }
}
