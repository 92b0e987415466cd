/** Settings of a workload, in separate stacks: values and files, secrets of a vault, autoscaling, a route. */
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ClientAssertionCredential } from "@azure/identity";
import { trustEnvironment } from "../../local/stack/deployerSignIn.ts";
import { ownStack, type OwnStack } from "./ownStack.ts";
import { ownVault, type OwnVault } from "./ownVault.ts";
import { eventually, inPod, isReady, local, pods, start } from "./localStack.ts";

const name = "e2e-workload";
const kubectl = (...args: string[]) => local("kubectl", "--namespace", name, ...args);
const json = async <T>(...args: string[]) => JSON.parse(await kubectl(...args, "--output", "json")) as T;

let stack: OwnStack;

beforeAll(async () => {
  await start();
  stack = await ownStack(name, { serviceType: "ClusterIP", replicas: 2, cpuRequest: "20m" });
});
afterAll(async () => {
  await stack.remove();
});

/** Names of the ConfigMaps or Secrets that the stack created. */
async function carriers(kind: "configmaps" | "secrets"): Promise<string[]> {
  const names = await kubectl("get", kind, "--output", "name");
  return names
    .trim()
    .split("\n")
    .filter((one) => one.includes(`/${name}-`))
    .sort();
}

/** Signs in to Key Vault with a token of the cluster, by Azure's own library. Returns Entra's error, or that it worked. */
async function exchange(variables: Record<string, string>, token: string): Promise<string> {
  const { AZURE_AUTHORITY_HOST: authorityHost, AZURE_TENANT_ID: tenant = "", AZURE_CLIENT_ID: client = "" } = variables;
  trustEnvironment();
  const credential = new ClientAssertionCredential(tenant, client, () => Promise.resolve(token), {
    ...{ authorityHost, disableInstanceDiscovery: true },
  });
  return credential.getToken("https://vault.azure.net/.default").then(
    () => "signed in",
    (error: Error) => error.message,
  );
}

const running = async () => (await pods(name)).filter(isReady).map(({ metadata }) => metadata.name);

describe("values and files", () => {
  const plain = {
    configValues: { GREETING: "good morning" },
    configFiles: { "/etc/hello/app.json": '{"color":"blue"}' },
    writablePaths: { "/var/cache/hello": "16Mi", "/run/hello": { size: "8Mi", memory: true } },
    startupSeconds: 60,
    appIdentity: true,
  };
  const secrets = (value: string) => ({
    secretValues: { secret: { API_KEY: `${value}-key` } },
    secretFiles: { secret: { "/etc/hello/key.pem": `${value}-file` } },
  });
  /** Forms in which a secret could appear in a state, a preview or a name. */
  const forms = (value: string) => [value, Buffer.from(value).toString("base64").replace(/=+$/, "").slice(0, -1)];

  const look = `
    const fs = require("node:fs");
    const attempt = (path) => { try { fs.writeFileSync(path, "x"); return "written"; } catch (error) { return error.code; } };
    const mounts = fs.readFileSync("/proc/mounts", "utf8").split("\\n").map((line) => line.split(" "));
    console.log(JSON.stringify({
      greeting: process.env.GREETING, key: process.env.API_KEY,
      config: fs.readFileSync("/etc/hello/app.json", "utf8"), secret: fs.readFileSync("/etc/hello/key.pem", "utf8"),
      cache: attempt("/var/cache/hello/x"), memory: attempt("/run/hello/x"), file: attempt("/etc/hello/app.json"), root: attempt("/x"),
      kind: mounts.find(([, path]) => path === "/run/hello")[2],
    }));`;
  const seen = async () => {
    const [pod = ""] = await running();
    return JSON.parse(await inPod(name, pod, look)) as Record<string, string>;
  };

  let before: { pods: string[]; config: string[]; secret: string[] };

  it("reach the pods, and no secret appears in the state or in Pulumi's output", async () => {
    const said = await stack.up({ ...plain, ...secrets("first") });
    expect(await seen()).toEqual({
      ...{ greeting: "good morning", key: "first-key", config: '{"color":"blue"}', secret: "first-file" },
      ...{ cache: "written", memory: "written", file: "EROFS", root: "EROFS", kind: "tmpfs" },
    });
    const everything = said + (await stack.state()) + (await kubectl("get", "deployment", name, "--output", "yaml"));
    for (const form of [...forms("first-key"), ...forms("first-file")]) expect(everything).not.toContain(form);
    before = { pods: await running(), config: await carriers("configmaps"), secret: await carriers("secrets") };
    expect([before.pods.length, before.config.length, before.secret.length]).toEqual([2, 1, 1]);
  });

  it("come with an identity: its pods sign in to Azure, and those of another ServiceAccount do not", async () => {
    const [pod = ""] = await running();
    const read = `console.log(JSON.stringify({ ...process.env, token: require("node:fs").readFileSync(process.env.AZURE_FEDERATED_TOKEN_FILE, "utf8") }))`;
    const given = JSON.parse(await inPod(name, pod, read)) as Record<string, string>;
    expect(await exchange(given, given.token ?? "")).toBe("signed in");
    const tokenOf = (account: string, audience: string) =>
      kubectl("create", "token", account, "--audience", audience).then((token) => token.trim());
    expect(await exchange(given, await tokenOf("default", "api://AzureADTokenExchange"))).toContain("AADSTS700213: ");
    expect(await exchange(given, await tokenOf(name, "https://kubernetes.default.svc"))).toContain("AADSTS700212: ");
  });

  it("roll the pods when they change, and the old objects are deleted", async () => {
    const changed = { ...plain, ...secrets("second"), configValues: { GREETING: "good evening" } };
    const said = await stack.preview(changed, "--diff");
    for (const form of [...forms("first-key"), ...forms("second-key")]) expect(said).not.toContain(form);
    await stack.up(changed);
    expect(await seen()).toMatchObject({ greeting: "good evening", key: "second-key", secret: "second-file" });
    expect((await running()).filter((pod) => before.pods.includes(pod))).toEqual([]);
    const after = { config: await carriers("configmaps"), secret: await carriers("secrets") };
    expect([after.config.length, after.secret.length]).toEqual([1, 1]);
    expect(after).not.toEqual({ config: before.config, secret: before.secret });
  });

  it("keep their old content for the old pods of a failed rollout, even after one restarts", async () => {
    const good = { ...plain, ...secrets("second"), configValues: { GREETING: "good evening" } };
    // Node does not know this option, so the process exits immediately.
    const broken = { ...good, configValues: { GREETING: "good night", NODE_OPTIONS: "--no-such-option" } };
    expect(await stack.failedUp(broken)).toMatch(/exit code 9/);
    expect(await carriers("configmaps")).toHaveLength(2);
    const old = await running();
    expect(old).toHaveLength(2);
    await kubectl("delete", "pod", ...old, "--wait=false");
    await eventually(running, (ready) => ready.length === 2 && ready.every((pod) => !old.includes(pod)));
    expect(await seen()).toMatchObject({ greeting: "good evening" });

    await stack.up(good);
    await eventually(running, (ready) => ready.length === 2);
    expect(await seen()).toMatchObject({ greeting: "good evening" });
    expect(await carriers("configmaps")).toHaveLength(1);
  });
});

describe("secrets of a Key Vault", () => {
  let vault: OwnVault;
  let database: string;
  const settings = (more: object = {}) => ({
    ...{ appIdentity: true, keyVaultId: vault.id, keyVaultRotation: "1s" },
    keyVaultSecrets: { DB_PASSWORD: `database/${database}`, "/mnt/keys/signing.key": "signing-key", ...more },
  });
  const look = `
    const fs = require("node:fs");
    const attempt = () => { try { fs.writeFileSync("/mnt/keys/x", "x"); return "written"; } catch (error) { return error.code; } };
    const kind = fs.readFileSync("/proc/mounts", "utf8").split("\\n").map((line) => line.split(" ")).find(([, path]) => path === "/mnt/keys");
    console.log(JSON.stringify({
      variable: process.env.DB_PASSWORD, file: fs.readFileSync("/mnt/keys/signing.key", "utf8"), kind: kind[2], write: attempt(),
    }));`;
  const seen = async () => {
    const [pod = ""] = await running();
    return JSON.parse(await inPod(name, pod, look)) as Record<string, string>;
  };

  beforeAll(async () => {
    vault = await ownVault("e2e-workload");
    database = await vault.put("database", "first-password");
    await vault.put("signing-key", "first-key");
    await vault.put("of-others", "not-for-this-service");
  });
  afterAll(() => vault.remove());

  it("reach the pods as a variable and a file, and neither state nor Pulumi's output has them", async () => {
    const said = await stack.up(settings());
    expect(await seen()).toEqual({ variable: "first-password", file: "first-key", kind: "tmpfs", write: "EROFS" });
    const everything = said + (await stack.state()) + (await kubectl("get", "deployment", name, "--output", "yaml"));
    for (const value of ["first-password", "first-key"]) expect(everything).not.toContain(value);
    await stack.preview(settings(), "--expect-no-changes");
    await stack.pulumi("refresh", settings(), "--preview-only", "--expect-no-changes");
  });

  it("reach running pods when they change, as files; a variable changes with its version, which rolls the pods", async () => {
    const before = await running();
    await vault.put("signing-key", "second-key");
    const second = await vault.put("database", "second-password");
    // The kubelet asks the driver again whenever it looks at a pod: about once a minute, and after each change of it.
    await kubectl("annotate", "pods", "--all", "looked-at=again");
    await eventually(seen, ({ file }) => file === "second-key");
    expect(await seen()).toMatchObject({ variable: "first-password" });
    expect(await running()).toEqual(before);
    database = second;
    await stack.up(settings());
    expect(await seen()).toMatchObject({ variable: "second-password" });
    expect((await running()).filter((pod) => before.includes(pod))).toEqual([]);
  });

  it("reach no pod of another ServiceAccount or without the role, and the event says why", async () => {
    const [className = ""] = (await kubectl("get", "secretproviderclasses", "--output", "name")).trim().split("\n");
    const { spec } = await json<{ spec: { parameters: Record<string, string> } }>("get", className);
    const faults: Record<string, { account?: string; parameters?: Record<string, string> }> = {
      "other-account": { account: "default" },
      "no-role": { parameters: { objects: spec.parameters.objects?.replaceAll("signing-key", "of-others") ?? "" } },
      "no-version": { parameters: { objects: spec.parameters.objects?.replaceAll(database, "f".repeat(32)) ?? "" } },
      "no-vault": { parameters: { keyvaultName: "e2e-nothing" } },
    };
    const items = Object.entries(faults).flatMap(([fault, { account = name, parameters = {} }]) => [
      {
        ...{ apiVersion: "secrets-store.csi.x-k8s.io/v1", kind: "SecretProviderClass", metadata: { name: fault } },
        spec: { provider: "azure", parameters: { ...spec.parameters, ...parameters } },
      },
      {
        ...{ apiVersion: "v1", kind: "Pod", metadata: { name: fault } },
        spec: {
          ...{ serviceAccountName: account, automountServiceAccountToken: false },
          securityContext: { runAsNonRoot: true, runAsUser: 10001, seccompProfile: { type: "RuntimeDefault" } },
          containers: [
            {
              ...{ name: "main", image: "never-pulled" },
              securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] } },
              volumeMounts: [{ name: "key-vault", mountPath: "/mnt/keys", readOnly: true }],
            },
          ],
          volumes: [
            {
              name: "key-vault",
              csi: {
                ...{ driver: "secrets-store.csi.k8s.io", readOnly: true },
                volumeAttributes: { secretProviderClass: fault },
              },
            },
          ],
        },
      },
    ]);
    const file = join(mkdtempSync(join(tmpdir(), "tarmac-e2e-")), "faults.json");
    writeFileSync(file, JSON.stringify({ apiVersion: "v1", kind: "List", items }));
    await kubectl("apply", "--filename", file);
    const said = async (fault: string) => {
      const { items } = await json<{ items: { message: string }[] }>(
        ...["get", "events", "--field-selector", `involvedObject.name=${fault},reason=FailedMount`],
      );
      return items[0]?.message ?? "";
    };
    for (const [fault, words] of Object.entries({
      "other-account": /failed to mount secrets store objects for pod e2e-workload\/other-account, [^]*AADSTS700213: /,
      "no-role": /objectName:of-others, objectVersion:: GET [^]*ERROR CODE: Forbidden[^]*ForbiddenByRbac/,
      "no-version": /objectName:database, objectVersion:f{32}: GET [^]*ERROR CODE: SecretNotFound/,
      "no-vault": /lookup e2e-nothing\.vault\.azure\.net on [0-9.:]+: no such host/,
    }))
      expect(
        await eventually(
          () => said(fault),
          (message) => message !== "",
        ),
      ).toMatch(words);
    await kubectl("delete", "--filename", file, "--wait=false");
  });
});

describe("the number of pods", () => {
  const autoscaled = { replicas: undefined, autoscale: { min: 2, max: 4, cpuPercent: 60 } };

  interface Deployment {
    spec: { replicas: number };
    status: { availableReplicas?: number };
  }
  const deployment = () => json<Deployment>("get", "deployment", name);

  /** The minimum of available pods during the work. */
  async function fewestDuring(work: Promise<unknown>): Promise<number> {
    let [fewest, done] = [Number.POSITIVE_INFINITY, false];
    const ended = work.finally(() => (done = true));
    // The await below reports a failure; without this line it would end the process first.
    ended.catch(() => undefined);
    while (!done) {
      fewest = Math.min(fewest, (await deployment()).status.availableReplicas ?? 0);
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
    await ended;
    return fewest;
  }

  it("never drops during the change to an autoscaler", async () => {
    await stack.up({ replicas: 3 });
    expect(await fewestDuring(stack.up(autoscaled))).toBe(3);
    expect((await deployment()).spec.replicas).toBe(3);
  });

  it("follows the load, and no preview, update or drift check reverts or reports it", async () => {
    const addresses = (await json<{ items: { status: { podIP: string } }[] }>("get", "pods")).items.map(
      ({ status }) => status.podIP,
    );
    let loading = true;
    const load = Promise.all(
      addresses.flatMap((address) =>
        Array.from({ length: 2 }, async () => {
          while (loading)
            await fetch(`http://${address}:8080/`).then(
              (response) => response.text(),
              () => "",
            );
        }),
      ),
    );
    try {
      await eventually(deployment, ({ spec }) => spec.replicas === 4, 240);
    } finally {
      loading = false;
      await load;
    }
    const metric = await json<{ status: { currentMetrics: { containerResource: { current: object } }[] } }>(
      ...["get", "hpa", name],
    );
    expect(metric.status.currentMetrics[0]?.containerResource.current).toHaveProperty("averageUtilization");
    await stack.preview(autoscaled, "--expect-no-changes");
    await stack.pulumi("refresh", autoscaled, "--preview-only", "--expect-no-changes");
    // Including an update that changes something else in the Deployment.
    expect(await fewestDuring(stack.up({ ...autoscaled, configValues: { A: "1" } }))).toBeGreaterThanOrEqual(3);
    expect((await deployment()).spec.replicas).toBe(4);
  });

  it("is fixed again after the change back to replicas", async () => {
    await stack.up({ replicas: 3, configValues: { A: "1" } });
    expect((await deployment()).spec.replicas).toBe(3);
    expect((await kubectl("get", "hpa", "--output", "name")).trim()).toBe("");
    await stack.preview({ replicas: 3, configValues: { A: "1" } }, "--expect-no-changes");
  });
});

describe("a route", () => {
  const route = { hostname: "hello.example.com", gatewayClass: "approuting-istio", certificateIssuer: "letsencrypt" };
  const gateways = (...args: string[]) => local("kubectl", "--namespace", `${name}-gateway`, ...args);

  it("works after one update: AKS learns the Gateway API, and the Gateway is programmed in a namespace of its own", async () => {
    await stack.up({ replicas: 2, ...route });
    const gateway = JSON.parse(await gateways("get", "gateway", name, "--output", "json")) as {
      spec: { listeners: { protocol: string }[] };
      status: { conditions: { type: string; status: string }[] };
    };
    expect(gateway.spec.listeners.map(({ protocol }) => protocol)).toEqual(["HTTP", "HTTPS"]);
    expect(gateway.status.conditions).toContainEqual(expect.objectContaining({ type: "Programmed", status: "True" }));
    expect((await kubectl("get", "httproutes", "--output", "name")).trim()).toBe(
      `httproute.gateway.networking.k8s.io/${name}`,
    );
    expect((await gateways("get", "httproutes", "--output", "name")).trim()).toBe(
      `httproute.gateway.networking.k8s.io/${name}-redirect`,
    );
    expect((await stack.outputs()).url).toBe("https://hello.example.com/");
    await stack.preview({ replicas: 2, ...route }, "--expect-no-changes");
    await stack.pulumi("refresh", { replicas: 2, ...route }, "--preview-only", "--expect-no-changes");
  });

  it("is deleted when the setting is removed", async () => {
    await stack.up({ replicas: 2 });
    expect(await local("kubectl", "get", "gateways,httproutes", "--all-namespaces", "--output", "name")).toBe("");
  });
});
