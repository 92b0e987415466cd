/** Creates faults with healthy pods on the local environment. The doctor names each fault, and its commands fix it. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stackEnvironment } from "../../local/stack/stack.ts";
import type { Finding } from "../../ops/doctor/finding.ts";
import { doctor, type Look } from "./doctor/lookWithDoctor.ts";
import { testLabel } from "./doctor/removeLeftovers.ts";
import { baseImage } from "./doctor/registries.ts";
import { baseImagePlaceholder, type ReachCase, reachCases } from "./doctor/reachCases.ts";
import { eventually, local, start } from "./localStack.ts";
import { run } from "./runProgram.ts";

const suffix = Date.now().toString(36);
const namespaceOf = (name: string): string => `doctor-reach-${name}-${suffix}`;
const folder = mkdtempSync(join(tmpdir(), "doctor-"));

beforeAll(async () => {
  await start();
  const items = reachCases.flatMap(({ name, objects }) => {
    const namespace = namespaceOf(name);
    const inNamespace = objects.map((object) => ({
      ...object,
      metadata: { ...(object as { metadata: object }).metadata, namespace },
    }));
    return [{ apiVersion: "v1", kind: "Namespace", metadata: { name: namespace, labels: testLabel } }, ...inNamespace];
  });
  const file = join(folder, "objects.json");
  const list = JSON.stringify({ apiVersion: "v1", kind: "List", items });
  writeFileSync(file, list.replaceAll(baseImagePlaceholder, await baseImage()));
  await local("kubectl", "apply", "--filename", file);
});
afterAll(async () => {
  rmSync(folder, { recursive: true });
  const namespaces = reachCases.map(({ name }) => namespaceOf(name));
  await local("kubectl", "delete", "namespaces", "--wait=false", ...namespaces);
});

/** A finding about a pod counts as one about its Deployment, because the test does not know the pods' names. */
const isAbout = ({ affected }: Finding, wanted: string): boolean =>
  affected.some((one) => one === wanted || one.startsWith(`${wanted.replace(/^deployment\//, "pod/")}-`));

const look = ({ name }: ReachCase): Promise<Look> => doctor("--stack", "local", "--namespace", namespaceOf(name));

describe.each(reachCases)("$name", (one) => {
  let seen: Look;

  it("reports each of its causes, and no other", async () => {
    const { expected } = one;
    seen = await eventually(
      () => look(one),
      ({ findings }) =>
        expected.every(({ code, affected }) => findings.some((each) => each.code === code && isAbout(each, affected))),
      90,
    );
    expect(seen.findings.map(({ code }) => code).sort()).toEqual(expected.map(({ code }) => code).sort());
    expect(seen.exitCode).toBe(1);
  });

  if (one.mended)
    it("is healthy after the commands that the doctor prints", async () => {
      const commands = seen.findings.flatMap(({ mend }) =>
        mend.flatMap(({ command, fill }) => (command === undefined || fill !== undefined ? [] : [command])),
      );
      expect(commands).toHaveLength(one.expected.length);
      for (const command of commands) await run("bash", ["-c", command], { env: stackEnvironment() });
      const after = await eventually(
        () => look(one),
        ({ healthy }) => healthy,
        60,
      );
      expect(after).toMatchObject({ findings: [], exitCode: 0 });
    });
});
