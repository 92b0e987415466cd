import { mkdtempSync, readFileSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parse } from "yaml";
import { withRuntime, writeLocalPack } from "../../../../local/plugins/policyHost.ts";

it("changes only the runtime in the pack's description", () => {
  const description = readFileSync("policy/PulumiPolicy.yaml", "utf8");
  const shipped = parse(description) as object;
  expect(shipped).toMatchObject({ runtime: "nodejs" });
  expect(parse(withRuntime(description))).toEqual({ ...shipped, runtime: "nodepack" });
});

it("runs the pack's own program, and replaces what it wrote before", () => {
  const folder = mkdtempSync(join(tmpdir(), "tarmac-pack-"));
  try {
    for (const pack of [resolve("policy"), resolve("policy")]) {
      writeLocalPack(pack, folder);
      expect(realpathSync(join(folder, "index.mjs"))).toBe(join(pack, "index.mjs"));
      expect(readFileSync(join(folder, "PulumiPolicy.yaml"), "utf8")).toContain("runtime: nodepack");
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
});
