/** The life of a stack: create, inspect, change, break, repair, delete, create again. Each test builds on the one before. */
import { appendFileSync, cpSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { checkoutFolder } from "../../local/layout.ts";
import { stackEnvironment } from "../../local/stack/stack.ts";
import { azureInventory, grantsOn, revoke } from "./azureQueries.ts";
import {
  eventually,
  inPod,
  isReady,
  local,
  npm,
  outputs,
  pods,
  pulumi,
  start,
  up,
  type Outputs,
} from "./localStack.ts";

let stack: Outputs;

beforeAll(async () => {
  await start();
  await npm("run", "down");
});

describe("the first update", () => {
  beforeAll(async () => {
    await start();
    stack = await outputs();
  });

  it("creates three ready pods that serve through the Service", async () => {
    const running = await pods(stack.namespaceName);
    expect(running).toHaveLength(3);
    expect(running.every(isReady)).toBe(true);
    const names = new Set<string>();
    for (let request = 0; request < 60; request++) {
      const response = await fetch(stack.url, { headers: { accept: "application/json", connection: "close" } });
      expect(response.status).toBe(200);
      names.add(((await response.json()) as { pod: string }).pod);
    }
    expect([...names].sort()).toEqual(running.map(({ metadata }) => metadata.name).sort());
  });

  it("runs exactly the digest that was pushed", async () => {
    const digest = /@(sha256:[0-9a-f]{64})$/.exec(stack.imageReference)?.[1];
    expect(digest).toBeDefined();
    for (const pod of await pods(stack.namespaceName)) {
      expect(pod.spec.containers.map(({ image }) => image)).toEqual([stack.imageReference]);
      expect(pod.status.containerStatuses?.map(({ imageID }) => imageID.split("@")[1])).toEqual([digest]);
    }
  });

  it("runs unprivileged, with only /tmp writable, within its limits", async () => {
    const script = `
      const fs = require("node:fs");
      const attempt = (path) => { try { fs.writeFileSync(path, "x"); return "written"; } catch (error) { return error.code; } };
      const read = (...paths) => paths.map((path) => { try { return fs.readFileSync(path, "utf8").trim(); } catch { return undefined; } }).find((text) => text !== undefined);
      const status = fs.readFileSync("/proc/1/status", "utf8");
      console.log(JSON.stringify({
        uid: process.getuid(), gid: process.getgid(),
        capabilities: /^CapEff:\\s+(\\S+)/m.exec(status)[1], noNewPrivileges: /^NoNewPrivs:\\s+(\\S+)/m.exec(status)[1], seccomp: /^Seccomp:\\s+(\\S+)/m.exec(status)[1],
        root: attempt("/written"), app: attempt("/app/written"), tmp: attempt("/tmp/written"),
        memory: read("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"),
        cpu: read("/sys/fs/cgroup/cpu.max") ?? read("/sys/fs/cgroup/cpu/cpu.cfs_quota_us") + " " + read("/sys/fs/cgroup/cpu/cpu.cfs_period_us"),
        token: fs.existsSync("/var/run/secrets/kubernetes.io/serviceaccount/token"),
      }));`;
    for (const { metadata } of await pods(stack.namespaceName)) {
      expect(JSON.parse(await inPod(stack.namespaceName, metadata.name, script))).toEqual({
        uid: 10001,
        gid: 10001,
        capabilities: "0000000000000000",
        noNewPrivileges: "1",
        seccomp: "2",
        root: "EROFS",
        app: "EROFS",
        tmp: "written",
        memory: String(256 * 2 ** 20),
        cpu: "50000 100000",
        token: false,
      });
    }
  });

  it("needs no pull secret", async () => {
    const secrets = await local("kubectl", "get", "secrets", "--namespace", stack.namespaceName, "--output", "name");
    expect(secrets.trim()).toBe("");
    const accounts = JSON.parse(
      await local("kubectl", "get", "serviceaccounts", "--namespace", stack.namespaceName, "--output", "json"),
    ) as { items: { imagePullSecrets?: unknown }[] };
    expect(accounts.items.filter(({ imagePullSecrets }) => imagePullSecrets !== undefined)).toEqual([]);
    for (const pod of await pods(stack.namespaceName)) expect(pod.spec.imagePullSecrets).toBeUndefined();
  });

  it("grants pull to the kubelet identity only", async () => {
    const grants = await grantsOn(stack.resourceGroup, "Microsoft.ContainerRegistry/registries");
    // One role for each mode of a registry: pulls go on when the mode changes.
    expect(grants.sort((one, other) => one.role.localeCompare(other.role))).toEqual([
      { principalId: stack.kubeletObjectId, role: "AcrPull" },
      { principalId: stack.kubeletObjectId, role: "Container Registry Repository Reader" },
    ]);
  });

  it("stores no secret in plain text in the state", async () => {
    const kubeconfig = await local("pulumi", "stack", "output", "kubeconfig", "--show-secrets", "--stack", "local");
    const key = /client-key-data: (\S+)/.exec(kubeconfig)?.[1] ?? "";
    expect(key).not.toBe("");
    const state = await local("pulumi", "stack", "export", "--stack", "local");
    expect(state).not.toContain(key);
    expect(state).not.toContain(Buffer.from(key, "base64").toString("utf8").split("\n")[1]);
    // The tokens for the push are JSON Web Tokens, which all start like this.
    expect(state).not.toMatch(/eyJ[A-Za-z0-9_-]{20}/);
    expect(state).not.toContain(stackEnvironment().ARM_CLIENT_SECRET);
  });

  it("refuses anonymous requests to the registry", async () => {
    const [repository = ""] = stack.imageReference.slice(stack.loginServer.length + 1).split(":");
    const status = await local(
      "curl",
      "-sk",
      "-o",
      "/dev/null",
      "-w",
      "%{http_code}",
      `https://${stack.loginServer}/v2/${repository}/tags/list`,
    );
    expect(status).toBe("401");
  });
});

describe("a second update", () => {
  it("changes nothing, as the preview predicts", async () => {
    await pulumi("preview", {}, "--expect-no-changes");
    const before = await pods(stack.namespaceName);
    expect(await start()).toMatch(/Resources:\s+\d+ unchanged\n/);
    expect((await pods(stack.namespaceName)).map(({ metadata }) => metadata.name).sort()).toEqual(
      before.map(({ metadata }) => metadata.name).sort(),
    );
  });

  it("can be previewed by pulumi behind with-local, which leaves the checkout's settings unchanged", async () => {
    const file = join(checkoutFolder, "Pulumi.local.yaml");
    const before = readFileSync(file, "utf8");
    const withLocal = (...args: string[]) => npm("run", "with-local", "--", "pulumi", "--non-interactive", ...args);
    await withLocal("preview", "--expect-no-changes");
    expect(await withLocal("config", "--json")).toContain('"tarmac:grantSeconds"');
    await expect(withLocal("config", "set", "replicas", "2")).rejects.toThrow("edit that file, then run npm start");
    expect(readFileSync(file, "utf8")).toBe(before);
  });

  it("finds no drift", async () => {
    await pulumi("refresh", {}, "--preview-only", "--expect-no-changes");
  });

  it("rolls out a source change under a new digest", async () => {
    const context = mkdtempSync(join(tmpdir(), "tarmac-app-"));
    try {
      cpSync(join(checkoutFolder, "app"), context, { recursive: true });
      appendFileSync(join(context, "src", "main.ts"), "\n// Another content, another image.\n");
      await up({ context });
      const changed = await outputs();
      expect(changed.imageReference).not.toBe(stack.imageReference);
      const running = await pods(stack.namespaceName);
      expect(running).toHaveLength(3);
      expect(running.map(({ spec }) => spec.containers[0]?.image)).toEqual(Array(3).fill(changed.imageReference));
      expect((await fetch(stack.url)).status).toBe(200);
    } finally {
      rmSync(context, { recursive: true });
    }
    await up();
    expect((await outputs()).imageReference).toBe(stack.imageReference);
  });
});

/** Deletes a pod of the service without waiting for its end, and returns its name. */
async function deleteOnePod(): Promise<string> {
  const [victim] = await pods(stack.namespaceName);
  const name = victim?.metadata.name ?? "";
  await local("kubectl", "delete", "pod", "--namespace", stack.namespaceName, name, "--wait=false");
  return name;
}

describe("faults and repairs", () => {
  it("replaces a deleted pod", async () => {
    const victim = await deleteOnePod();
    const running = await eventually(
      () => pods(stack.namespaceName),
      (all) => all.length === 3 && all.every(isReady) && all.every(({ metadata }) => metadata.name !== victim),
    );
    expect(running).toHaveLength(3);
  });

  it("reports a tag that the registry does not have as not found", async () => {
    const [repository = ""] = stack.imageReference.slice(stack.loginServer.length + 1).split(/[:@]/);
    const image = `${stack.loginServer}/${repository}:no-such-tag`;
    await local("kubectl", "run", "gone", "--namespace", "default", "--restart=Never", `--image=${image}`);
    try {
      const messages = await eventually(
        () => local("kubectl", "get", "events", "--namespace", "default", "--output", "jsonpath={.items[*].message}"),
        (text) => text.includes(`Failed to pull image "${image}"`),
      );
      expect(messages).toContain(`${image}: not found`);
    } finally {
      await local("kubectl", "delete", "pod", "gone", "--namespace", "default", "--now");
    }
  });

  it("refuses the next pull after AcrPull is revoked, and pulls again after the next update grants it", async () => {
    await revoke(stack.resourceGroup, "AcrPull");
    await deleteOnePod();
    const waiting = await eventually(
      async () =>
        (await pods(stack.namespaceName)).map((pod) => pod.status.containerStatuses?.[0]?.state.waiting).find(Boolean),
      (state) => state?.reason === "ImagePullBackOff",
    );
    const events = await local("kubectl", "get", "events", "--namespace", stack.namespaceName, "--output", "json");
    expect(waiting?.reason).toBe("ImagePullBackOff");
    expect(events).toMatch(/failed to authorize.*401 Unauthorized/);
    // The other pods keep serving.
    expect((await fetch(stack.url)).status).toBe(200);

    await up({}, "--refresh");
    const running = await eventually(
      () => pods(stack.namespaceName),
      (all) => all.length === 3 && all.every(isReady),
      240,
    );
    expect(running.every(isReady)).toBe(true);
  });
});

describe("deletion", () => {
  it("leaves nothing in Azure or on the cluster", async () => {
    await npm("run", "down");
    expect(await azureInventory()).toEqual([]);
    const namespaces = await local("kubectl", "get", "namespaces", "--output", "name");
    expect(namespaces.trim().split("\n").sort()).toEqual(
      ["default", "kube-node-lease", "kube-public", "kube-system"].map((name) => `namespace/${name}`),
    );
  });

  it("allows a new start afterwards", async () => {
    await start();
    const again = await outputs();
    const running = await pods(again.namespaceName);
    expect(running).toHaveLength(3);
    expect(running.every(isReady)).toBe(true);
    expect((await fetch(again.url)).status).toBe(200);
  });
});
