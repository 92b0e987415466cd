/**
 * Sandboxes that break in every known way. Nothing of them may stay. The test creates them together, breaks them one by one,
 * and reaps them in one run.
 */
import { existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { checkoutFolder, stateFolder } from "../../local/layout.ts";
import { simulation } from "../../local/stack/simulation.ts";
import { backendMark } from "../../ops/sandbox/backendMark.ts";
import { backendTag } from "../../ops/azure/marks.ts";
import { azure, groupsOf, resourcesOf } from "./azureQueries.ts";
import { atWork, type Gone, ownVariables, type Reaping, sandbox, writeForm } from "./sandboxCommand.ts";
import { stackEnvironment } from "../../local/stack/stack.ts";
import { ended } from "./runProgram.ts";
import { eventually, local, outputs, start } from "./localStack.ts";

/** Ids of everything in Azure with the stack's tag. */
async function inAzure(stack: string): Promise<string[]> {
  return [...(await groupsOf(stack)).map(({ name }) => name), ...(await resourcesOf(stack))];
}

const pulumi = (...args: string[]) => local("pulumi", "--non-interactive", ...args);
const stacks = async () =>
  (JSON.parse(await pulumi("stack", "ls", "--output", "json")) as { name: string }[]).map(({ name }) => name);
const expire = (stack: string) =>
  pulumi("stack", "tag", "set", "tarmac:expires", "2026-01-01T00:00:00Z", "--stack", stack);
const fileOf = (stack: string) => join(checkoutFolder, `Pulumi.${stack}.yaml`);
const lockFolder = (stack: string) =>
  join(stateFolder, "pulumi", "state", ".pulumi", "locks", "organization", "tarmac", stack);

let form: string;
beforeAll(async () => {
  await start();
  form = writeForm("e2e-form");
  ownVariables.TARMAC_SANDBOX_FORM = "e2e-form";
});

afterAll(async () => {
  await simulation("POST", "reset", {});
  await azure().resourceGroups.beginDeleteAndWait("e2e-by-hand");
  rmSync(lockFolder("sandbox-held"), { recursive: true, force: true });
  for (const name of ["held", "alive", "orphan", "cluster-gone", "protected", "stubborn", "killed"]) {
    if ((await stacks()).includes(`sandbox-${name}`)) await sandbox("down", name);
  }
  rmSync(form);
});

it("a sandbox is created for a branch, extended, and deleted without a trace", async () => {
  const { result, text, code } = await sandbox<{ stack: string; outputs: { url: string } }>(
    ...["up", "Feature/One_more", "--ttl", "1h", "--owner", "jo"],
  );
  expect({ code, text }).toMatchObject({ code: 0 });
  expect(result.stack).toBe("sandbox-feature-one-more");
  expect((await fetch(result.outputs.url)).status).toBe(200);
  const tagsBefore = (await groupsOf(result.stack))[0]?.tags;
  expect(tagsBefore).toMatchObject({ owner: "jo", stack: result.stack, "managed-by": "tarmac" });

  const extended = await sandbox<{ expires: string }>("extend", "Feature/One_more", "--ttl", "2d");
  expect(Date.parse(extended.result.expires) - Date.now()).toBeGreaterThan(47 * 3_600_000);
  expect((await groupsOf(result.stack))[0]?.tags).toEqual({ ...tagsBefore, expires: extended.result.expires });
  const listed = await sandbox<{ stack: string; owner: string; expires: string }[]>("list");
  expect(listed.result.filter(({ stack }) => stack === result.stack)).toMatchObject([
    {
      reference: result.stack,
      name: "Feature/One_more",
      owner: "jo",
      expires: new Date(extended.result.expires).toJSON(),
    },
  ]);

  // Only this sandbox's cluster is stopped. It does not answer, and commands say why instead of waiting.
  const serves = async () => {
    const answer = await fetch(result.outputs.url, { signal: AbortSignal.timeout(2000) }).catch(() => undefined);
    return answer?.status;
  };
  expect((await sandbox("sleep", "Feature/One_more")).code).toBe(0);
  expect(await serves()).toBeUndefined();
  expect((await fetch((await outputs()).url)).status).toBe(200);
  const asleep = await sandbox<{ stack: string; cluster?: string }[]>("list");
  expect(asleep.result.find(({ stack }) => stack === result.stack)?.cluster).toBe("stopped");
  const begun = Date.now();
  const words = `${result.stack} sleeps: its cluster`;
  for (const command of ["doctor", "drift"]) {
    const { text: said } = await ended("npm", ["run", "--silent", command, "--", result.stack], {
      env: stackEnvironment(),
    });
    expect([command, said]).toEqual([command, expect.stringContaining(words) as string]);
  }
  expect(Date.now() - begun).toBeLessThan(60_000);
  expect((await sandbox("wake", "Feature/One_more")).code).toBe(0);
  await eventually(serves, (status) => status === 200);

  // A sleeping sandbox can be taken down.
  expect((await sandbox("sleep", "Feature/One_more")).code).toBe(0);
  const gone = await sandbox<Gone>("down", "Feature/One_more");
  expect({ code: gone.code, ...gone.result }).toEqual({ code: 0, stack: result.stack, swept: [], left: [], kept: [] });
  expect(await inAzure(result.stack)).toEqual([]);
  expect(await stacks()).not.toContain(result.stack);
  expect(existsSync(fileOf(result.stack))).toBe(false);
});

it("a sandbox is deleted in whatever state it is, while sandboxes that have not expired stay", async () => {
  const names = ["cluster-gone", "protected", "stubborn"];
  const made = await Promise.all(names.map((name) => sandbox("up", name)));
  expect(made.map(({ code, text }) => (code === 0 ? "up" : text))).toEqual(names.map(() => "up"));

  // A cluster that was deleted by hand, with everything that ran on it.
  const [group] = await groupsOf("sandbox-cluster-gone");
  for await (const { name = "" } of azure().managedClusters.listByResourceGroup(group?.name ?? "")) {
    await azure().managedClusters.delete(group?.name ?? "", name);
  }
  // Everything protected, and the stack file on another machine.
  await pulumi("state", "protect", "--all", "--yes", "--stack", "sandbox-protected");
  rmSync(fileOf("sandbox-protected"));
  // A registry whose deletion fails twice.
  const registry = (await inAzure("sandbox-stubborn")).find((id) => /\/registries\/\w+$/.test(id));
  await simulation("POST", "faults", {
    kind: "conflict",
    method: "DELETE",
    type: "Microsoft.ContainerRegistry/registries",
    name: registry?.split("/").at(-1),
    count: 2,
  });
  // An update that was killed while it created resources: its lock stays, and the state lacks some of the resources.
  const update = atWork("up", "killed");
  await eventually(
    () => inAzure("sandbox-killed"),
    (found) => found.length > 1,
  );
  await update.kill();
  // A group whose stack no longer exists.
  const orphan = { app: "hello", stack: "sandbox-orphan", expires: "2026-01-01T00:00:00Z" };
  await azure().resourceGroups.createOrUpdate("hello-sandbox-orphan", {
    location: "westeurope",
    tags: { ...orphan, "managed-by": "tarmac", [backendTag]: await backendMark({ run: (args) => pulumi(...args) }) },
  });
  // The same, created outside of tarmac.
  await azure().resourceGroups.createOrUpdate("e2e-by-hand", { location: "westeurope", tags: orphan });
  // A stack that has the name of a sandbox but is none.
  await pulumi("stack", "init", "sandbox-shared", "--no-select", "--cwd", join(stateFolder, "pulumi", "project"));
  const expired = ["cluster-gone", "protected", "stubborn", "killed"].map((name) => `sandbox-${name}`);
  for (const stack of expired) await expire(stack);
  // A sandbox that another machine has locked: it has to wait, and must not delay the others. And a sandbox that stays.
  for (const stack of ["sandbox-held", "sandbox-alive"]) {
    await pulumi("stack", "init", stack, "--no-select", "--cwd", join(stateFolder, "pulumi", "project"));
    await pulumi("stack", "tag", "set", "tarmac:sandbox", "true", "--stack", stack);
  }
  await pulumi("stack", "tag", "set", "tarmac:expires", "2099-01-01T00:00:00Z", "--stack", "sandbox-alive");
  await expire("sandbox-held");
  mkdirSync(lockFolder("sandbox-held"), { recursive: true });
  const timestamp = new Date().toISOString();
  writeFileSync(
    join(lockFolder("sandbox-held"), "3f1c.json"),
    JSON.stringify({ pid: 4711, username: "ci", hostname: "runner-7", timestamp }),
  );

  const foreseen = await sandbox<Reaping>("reap", "--dry-run");
  const due = [...expired, "sandbox-held", "sandbox-orphan"].sort();
  expect(foreseen.result.reaped.map(({ stack }) => stack)).toEqual(expect.arrayContaining(due));
  const { code, result } = await sandbox<Reaping>("reap");

  const byStack = Object.fromEntries(result.reaped.map((one) => [one.stack, one.result]));
  expect(byStack["sandbox-held"]).toEqual({
    failed: expect.stringContaining("sandbox-held is being updated: process 4711 on runner-7") as string,
  });
  const ours = due.filter((stack) => stack !== "sandbox-held").map((stack) => byStack[stack]);
  expect(ours.filter((gone) => gone === undefined || "failed" in gone || gone.left.length > 0)).toEqual([]);
  expect(code).toBe(1);
  for (const stack of [...expired, "sandbox-orphan"]) {
    expect([stack, await inAzure(stack)]).toEqual([stack, stack === "sandbox-orphan" ? ["e2e-by-hand"] : []]);
    expect(existsSync(fileOf(stack))).toBe(false);
  }
  expect((await stacks()).sort()).toEqual(
    expect.arrayContaining(["local", "sandbox-alive", "sandbox-held", "sandbox-shared"]) as string[],
  );
  expect(await stacks()).not.toEqual(expect.arrayContaining([expect.stringMatching(/gone|protected|stubborn|killed/)]));
  expect(result.kept.map(({ stack }) => stack)).toContain("sandbox-alive");
  await pulumi("stack", "rm", "--yes", "sandbox-shared");

  rmSync(lockFolder("sandbox-held"), { recursive: true });
  expect((await sandbox<Gone>("down", "held")).code).toBe(0);
  expect((await sandbox<Gone>("down", "alive")).code).toBe(0);
});

it("never deletes a shared environment", async () => {
  const { code, text } = await sandbox("down", "local");
  expect({ code, text: text.trim() }).toEqual({
    code: 2,
    text: 'error: stack "local" is not a sandbox, and is not deleted here: pulumi destroy --stack local does that',
  });
  expect((await fetch((await outputs()).url)).status).toBe(200);
});
