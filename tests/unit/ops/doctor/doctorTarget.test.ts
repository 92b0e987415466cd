import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

it("reports that no cluster is configured instead of asking the made-up one of the package", () => {
  const home = mkdtempSync(join(tmpdir(), "tarmac-target-"));
  try {
    // A separate process, because the home folder is read from the environment.
    const { status, stderr } = spawnSync(process.execPath, ["ops/tarmac.ts", "doctor", "--namespace", "shop"], {
      env: { PATH: process.env.PATH, HOME: home },
      encoding: "utf8",
    });
    expect(stderr).toContain("no cluster is configured: use --stack");
    expect(status).toBe(2);
  } finally {
    rmSync(home, { recursive: true });
  }
}, 30_000);
