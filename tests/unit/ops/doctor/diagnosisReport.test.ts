import { diagnose } from "../../../../ops/doctor/diagnose.ts";
import { colored, json, paintFor, plain, report } from "../../../../ops/doctor/diagnosisReport.ts";
import { observation, pod, pull } from "./exampleObservations.ts";

const broken = observation({ ...pull("web-1", "reg.example.com/app:v2", "not found"), notSeen: ["nodes: forbidden"] });
const escape = "\u001b";

it("has colors only on a terminal", () => {
  expect(report(broken, diagnose(broken), plain)).not.toContain(escape);
  expect(report(broken, diagnose(broken), colored)).toContain(`${escape}[31mtag-not-found`);
});

it.each([
  [true, {}, colored],
  [true, { NO_COLOR: "1" }, plain],
  [true, { NO_COLOR: "" }, colored],
  [true, { TERM: "dumb" }, plain],
  [false, {}, plain],
])("terminal %s with %j", (isTTY, env, paint) => {
  expect(paintFor({ isTTY }, env)).toBe(paint);
});

it("shows the table, evidence, commands, the check on the node, the page, and what could not be read", () => {
  const text = report(broken, diagnose(broken), plain);
  expect(text).toMatch(/^#\s+CAUSE\s+WHAT FAILS\s+WHY$/m);
  expect(text).toMatch(/^1\s+tag-not-found\s+pod\/web-1\s+The registry reg\.example\.com has no image "app:v2": .*$/m);
  expect(text).toMatch(/seen:.*Failed to pull image/);
  expect(text).toMatch(
    /on node node-1 \(containerd 1\.7\.27, no Docker\): crictl pods .*crictl pull reg\.example\.com\/app:v2/,
  );
  expect(text).toContain("docs/causes/tag-not-found.md");
  expect(text).toContain("  - nodes: forbidden");
});

it("names what was checked when everything is healthy", () => {
  const well = observation({ pods: [pod("web-1")] });
  const text = report(well, diagnose(well), plain);
  expect(text).toContain('Checked namespace "shop" of context "test", 1 pod, 0 Deployments');
  expect(text).toContain("1 node (containerd 1.7.27)");
  expect(text).toContain("✓ healthy: 1 of 1 pods are well, no findings");
});

it("is one JSON object for programs", () => {
  expect(JSON.parse(json(broken, diagnose(broken)))).toMatchObject({
    healthy: false,
    target: { namespace: "shop" },
    findings: [{ code: "tag-not-found", stage: "pull", affected: ["pod/web-1"], docs: "docs/causes/tag-not-found.md" }],
    pods: [{ name: "web-1", health: "failing" }],
    notSeen: ["nodes: forbidden"],
  });
});
