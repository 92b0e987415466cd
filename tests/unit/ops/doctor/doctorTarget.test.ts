import { spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findPlace } from "../../../../ops/doctor/target.ts";

it("reports that no cluster is configured, instead of using the package's default", () => {
  const home = mkdtempSync(join(tmpdir(), "tarmac-target-"));
  try {
    // A separate process, because the home folder is read from the environment.
    const { status, stderr } = spawnSync(process.execPath, ["ops/bin/tarmac.mjs", "doctor", "--namespace", "shop"], {
      env: { PATH: process.env.PATH, HOME: home },
      encoding: "utf8",
    });
    expect(stderr).toContain("no cluster is configured: use --stack");
    expect(status).toBe(2);
  } finally {
    rmSync(home, { recursive: true });
  }
}, 30_000);

it("reads a stack in the state backend that its caller names", async () => {
  const folder = mkdtempSync(join(tmpdir(), "tarmac-target-"));
  try {
    writeFileSync(
      join(folder, "pulumi"),
      `#!/bin/sh
[ "$PULUMI_BACKEND_URL" = azblob://dev ] || { echo "error: no stack named dev" >&2; exit 255; }
echo "{}"
`,
    );
    chmodSync(join(folder, "pulumi"), 0o755);
    const env = (PULUMI_BACKEND_URL: string) => ({ PULUMI_BACKEND_URL, PATH: `${folder}:${process.env.PATH}` });
    await expect(findPlace({ stack: "dev", env: env("azblob://dev") })).rejects.toThrow(
      'stack "dev" is not deployed: it has no output "namespaceName"',
    );
    await expect(findPlace({ stack: "dev", env: env("azblob://prod") })).rejects.toThrow(
      'cannot read stack "dev": no stack named dev',
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
});
