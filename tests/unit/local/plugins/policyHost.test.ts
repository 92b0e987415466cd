import { readFileSync } from "node:fs";
import { parse } from "yaml";
import { withRuntime } from "../../../../local/plugins/policyHost.ts";

it("changes nothing of the pack's description but its runtime", () => {
  const description = readFileSync("policy/PulumiPolicy.yaml", "utf8");
  const shipped = parse(description) as object;
  expect(shipped).toMatchObject({ runtime: "nodejs" });
  expect(parse(withRuntime(description))).toEqual({ ...shipped, runtime: "nodepack" });
});
