import { CouldNotRun } from "../../../../ops/couldNotRun.ts";
import { update, type UpdateContext } from "../../../../ops/deploy/update.ts";
import { PulumiFailed } from "../../../../ops/pulumi/pulumiCli.ts";

/** A Pulumi CLI that records its commands, and fails as the test says. */
function pulumi({
  failures = [],
  pending = [],
  stopped,
}: { failures?: (string | undefined)[]; pending?: string[]; stopped?: Error } = {}) {
  const gated: object[] = [];
  const asked: string[] = [];
  const said: string[] = [];
  const answer = (args: readonly string[]) => {
    asked.push(args.join(" ").replace(/--plan \S+plan\.json/, "--plan PLAN"));
  };
  const context: UpdateContext = {
    cli: {
      run: (args) => {
        answer(args);
        const operations = pending.map((name) => ({
          type: "creating",
          resource: { type: "a:b:C", urn: `urn:pulumi:dev::tarmac::a:b:C::${name}` },
        }));
        return Promise.resolve(JSON.stringify({ deployment: { pending_operations: operations } }));
      },
      work: (args) => {
        answer(args);
        const failure = failures.shift();
        return failure === undefined ? Promise.resolve() : Promise.reject(new PulumiFailed(failure));
      },
    },
    azure: () => Promise.reject(new Error("Azure is not asked")),
    gate: (wanted, planFile) => {
      gated.push({ ...wanted, plan: planFile !== undefined });
      return stopped === undefined ? Promise.resolve() : Promise.reject(stopped);
    },
    watch: () => Promise.resolve(undefined),
    now: () => new Date("2026-11-23T12:00:00Z"),
    say: (line) => void said.push(line),
  };
  return { context, asked, said, gated };
}

const heldBy = (host: string, time: string) =>
  "the stack is currently locked by 1 lock(s). Either wait for the other process(es) to end or delete the lock file with `pulumi cancel`.\n" +
  `azblob://state/.pulumi/locks/organization/tarmac/dev/aa.json: created by runner@${host} (pid 4711) at ${time}`;

/** Pulumi Cloud's message. */
const conflict = "[409] Conflict: Another update is currently in progress.\nTo learn more about possible reasons";

const up = "up --yes --skip-preview --plan PLAN --stack dev";

test("an update is one command, with the stack's file and its policies", async () => {
  const { context, asked } = pulumi();
  await update(context, {
    ...{ stack: "dev", configFile: "Pulumi.dev.yaml" },
    policyPack: { folder: "policy", config: "policy/config/dev.json" },
  });
  expect(asked).toEqual([
    "stack export --stack dev",
    `${up} --config-file Pulumi.dev.yaml --policy-pack policy --policy-pack-config policy/config/dev.json`,
  ]);
});

test("an update is previewed and judged first, and does what the preview showed", async () => {
  const { context, asked, gated } = pulumi();
  const wanted = { stack: "dev", refresh: true };
  await update(context, wanted);
  expect(gated).toEqual([{ ...wanted, plan: true }]);
  await update(context, { ...wanted, unplanned: true });
  expect(asked.at(-1)).toBe("up --yes --skip-preview --refresh --stack dev");
  expect(gated).toHaveLength(2);
});

test("an update that is stopped changes nothing", async () => {
  const { context, asked } = pulumi({ stopped: new CouldNotRun("not accepted") });
  await expect(update(context, { stack: "dev" })).rejects.toThrow("not accepted");
  expect(asked).toEqual(["stack export --stack dev"]);
});

test("an update after an abandoned lock is judged by the state of the stack afterwards", async () => {
  const { context, gated } = pulumi({ failures: [heldBy("runner-7", "2026-11-23T06:00:00Z")] });
  await update(context, { stack: "dev" });
  expect(gated).toHaveLength(2);
});

test("manual changes are detected on request", async () => {
  const { context, asked } = pulumi();
  await update(context, { stack: "dev", refresh: true });
  expect(asked.at(-1)).toBe("up --yes --skip-preview --refresh --plan PLAN --stack dev");
});

test("what an interrupted update wrote to the cluster is read into the state", async () => {
  const { context, asked, said } = pulumi();
  const deployment = "urn:pulumi:dev::tarmac::kubernetes:apps/v1:Deployment::hello";
  const [kinds, obstacle] = [
    ["kubernetes:apps/v1:Deployment", "kubernetes:core/v1:Service"],
    {
      deployment: "hello/hello",
      replicaSet: "1",
      failedAttempts: 3,
      finding: { code: "oom-killed", title: "too small" },
    },
  ];
  context.watch = () => Promise.resolve(obstacle as never);
  context.cli.run = (args) => {
    asked.push(args.join(" "));
    const resources = kinds.map((type) => ({ type, urn: `urn:pulumi:dev::tarmac::${type}::hello` }));
    return Promise.resolve(JSON.stringify({ deployment: { resources } }));
  };
  context.cli.work = async (args, _, interrupted) => {
    asked.push(args.join(" ").replace(/--plan \S+plan\.json/, "--plan PLAN"));
    if (args[0] === "refresh") return;
    await new Promise((resolve) => interrupted?.addEventListener("abort", resolve));
    throw new PulumiFailed("cancelled");
  };
  await expect(update(context, { stack: "dev" })).rejects.toThrow("waiting cannot fix oom-killed");
  expect(asked.slice(1)).toEqual([
    up,
    "stack export --stack dev",
    `refresh --yes --skip-preview --target ${deployment} --stack dev`,
  ]);
  expect(said).toContain("reading what the interrupted update wrote to the cluster");
});

test("what an interrupted update left is read first, and named", async () => {
  const { context, asked, said } = pulumi({ pending: ["hello", "other"] });
  await update(context, { stack: "dev" });
  expect(asked.slice(-2)).toEqual(["refresh --yes --skip-preview --run-program --stack dev", up]);
  expect(said).toEqual([
    "an earlier update was interrupted while it worked on a:b:C hello, a:b:C other: reading what it left",
    "hello (a:b:C) was being created: the update creates it again, or says that it exists",
    "other (a:b:C) was being created: the update creates it again, or says that it exists",
  ]);
});

describe("a lock", () => {
  it("of another machine is kept, and its holder named", async () => {
    const { context, asked } = pulumi({ failures: [heldBy("runner-7", "2026-11-23T11:58:00Z")] });
    await expect(update(context, { stack: "dev" })).rejects.toThrow(
      "dev is being updated: process 4711 on runner-7 holds its lock since 2026-11-23T11:58:00.000Z. Wait for it; if that process is gone: pulumi cancel --stack dev",
    );
    expect(asked).not.toContain("cancel --yes --stack dev");
  });

  it("is taken over if nobody else can be at work", async () => {
    const { context, asked, said } = pulumi({ failures: [heldBy("runner-7", "2026-11-23T11:58:00Z")] });
    await update(context, { stack: "dev", takeLock: true });
    expect(asked.slice(-3)).toEqual(["cancel --yes --stack dev", "stack export --stack dev", up]);
    expect(said.join()).toContain("removing the left-over lock of a killed update (process 4711 on runner-7");
  });

  it("that is taken over leads to a repair of what its update left", async () => {
    const { context, asked } = pulumi({
      failures: [heldBy("runner-7", "2026-11-23T06:00:00Z")],
      pending: ["hello"],
    });
    await update(context, { stack: "dev" });
    const words = asked.map((line) => line.split(" ")[0]).filter((word) => word !== "stack");
    expect(words).toEqual(["refresh", "cancel", "refresh", "up"]);
  });

  it("of a job on a machine that outlives it is kept while that job may still run, whatever the caller claims", async () => {
    const locked = (time: string) => pulumi({ failures: [heldBy("runner-7", time)] });
    const young = locked("2026-11-23T11:10:00Z");
    await expect(update(young.context, { stack: "dev", takeLock: true, jobMinutes: 60 })).rejects.toThrow(
      "dev is being updated: process 4711 on runner-7",
    );
    expect(young.asked.some((line) => line.startsWith("cancel"))).toBe(false);
    const old = locked("2026-11-23T10:59:00Z");
    await update(old.context, { stack: "dev", takeLock: true, jobMinutes: 60 });
    expect(old.asked).toContain("cancel --yes --stack dev");
  });

  it("of Pulumi Cloud names nobody, and is taken over only on request", async () => {
    const waiting = pulumi({ failures: [conflict] });
    await expect(update(waiting.context, { stack: "dev" })).rejects.toThrow(
      "dev is being updated: another update is in progress. Wait for it",
    );
    const alone = pulumi({ failures: [conflict] });
    await update(alone.context, { stack: "dev", takeLock: true });
    expect(alone.asked).toContain("cancel --yes --stack dev");
  });

  it("is taken over once: the next holder is a live one", async () => {
    const { context, asked } = pulumi({ failures: [conflict, conflict] });
    await expect(update(context, { stack: "dev", takeLock: true })).rejects.toThrow("Another update is currently");
    expect(asked.filter((line) => line.startsWith("cancel"))).toHaveLength(1);
  });
});

test("an update that fails is not repeated", async () => {
  const { context, asked } = pulumi({ failures: ["quota exceeded"] });
  await expect(update(context, { stack: "dev", takeLock: true })).rejects.toThrow("quota exceeded");
  expect(asked.filter((line) => line.startsWith("up"))).toHaveLength(1);
});
