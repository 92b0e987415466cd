/**
 * Runs the commands of the lesson that need kubectl and the node, with names filled in. `azureCli.test.ts` runs the commands of
 * az.
 */
import { sockets } from "../../local/layout.ts";
import { local, type Outputs, outputs, pods, start } from "./localStack.ts";
import { optionalProgram } from "./optionalProgram.ts";

const crictl = optionalProgram("crictl", process.env.TARMAC_CRICTL);

const name = "acr-secret";
let stack: Outputs;
let pod: string;

beforeAll(async () => {
  await start();
  stack = await outputs();
  pod = (await pods(stack.namespaceName))[0]?.metadata.name ?? "";
});
afterAll(async () => {
  await local("kubectl", "delete", "secret", name, "--namespace", "default", "--ignore-not-found");
});

it("kubectl describe pod ends with the events", async () => {
  const said = await local("kubectl", "describe", "pod", pod, "--namespace", stack.namespaceName);
  expect(said).toContain(`Image:`);
  expect(said.slice(said.indexOf("\nEvents:"))).toMatch(/^\nEvents:/);
});

it("kubectl get pod -o yaml | grep image shows the whole path of the image", async () => {
  const said = await local(
    "bash",
    "-c",
    `kubectl get pod ${pod} --namespace ${stack.namespaceName} -o yaml | grep image`,
  );
  expect(said).toContain(stack.imageReference);
});

it("kubectl create secret docker-registry makes a pull secret for the registry", async () => {
  const words = [
    "create secret docker-registry",
    name,
    `--docker-server=${stack.loginServer}`,
    '--docker-username="$SP_ID" --docker-password="$SP_PASSWORD" --namespace default',
  ];
  await local("bash", "-c", `SP_ID="$ARM_CLIENT_ID" SP_PASSWORD="$ARM_CLIENT_SECRET"; kubectl ${words.join(" ")}`);
  const secret = JSON.parse(
    await local("kubectl", "get", "secret", name, "--namespace", "default", "--output", "json"),
  ) as { type: string; data: Record<string, string> };
  expect(secret.type).toBe("kubernetes.io/dockerconfigjson");
  const { auths } = JSON.parse(Buffer.from(secret.data[".dockerconfigjson"] ?? "", "base64").toString()) as {
    auths: Record<string, object>;
  };
  expect(Object.keys(auths)).toEqual([stack.loginServer]);
});

const onNode = crictl === undefined ? it.skip : it;

onNode(
  crictl === undefined
    ? "crictl ps on the node (skipped: crictl is neither on PATH nor in TARMAC_CRICTL)"
    : "crictl ps on the node shows the pod's container",
  async () => {
    const said = await local(crictl ?? "", "--runtime-endpoint", `unix://${sockets.containerd}`, "ps");
    expect(said).toMatch(/^CONTAINER\s+IMAGE\s+CREATED\s+STATE\s+NAME/);
    expect(said).toContain(pod);
  },
);
