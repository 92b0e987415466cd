/** A source change deployed by hand: the baseline for `pulumi up`. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { exchangeForRefreshToken, refreshTokenUser } from "../../components/registry/registrySignIn.ts";
import { run } from "../../local/host/command.ts";
import { baseImage } from "../../tests/e2e/builtImageCases.ts";
import { options, signIn } from "../../local/stack/deployerSignIn.ts";
import { kubectl } from "../../local/stack/kubectl.ts";
import { stackEnvironment } from "../../local/stack/stack.ts";

export interface ByHand {
  /** Runs docker build, docker push, kubectl set image and kubectl rollout status. @param tag tag of the new image */
  update(context: string, tag: string): Promise<void>;
  remove(): Promise<void>;
}

interface Deployment {
  metadata: { name: string; labels?: object };
  spec: object;
}

/**
 * Copies a Deployment to a new namespace, and signs a Docker client in to its registry.
 * @param name name of the Deployment and of its container
 * @param namespace namespace of the Deployment
 */
export async function makeByHand(name: string, namespace: string, loginServer: string): Promise<ByHand> {
  const own = `${namespace}-by-hand`;
  const folder = mkdtempSync(join(tmpdir(), "tarmac-by-hand-"));
  const { PATH = "", DOCKER_HOST = "" } = stackEnvironment();
  // The classic builder, because Debian's packages lack the buildx plugin.
  const env = { PATH, DOCKER_HOST, DOCKER_CONFIG: folder, DOCKER_BUILDKIT: "0" };
  const docker = (args: string[], input?: string) =>
    run("docker", args, { env, timeoutSeconds: 300, ...(input !== undefined && { input }) });

  const { token } = await signIn().credential.getToken(options.credentials.scopes);
  const password = await exchangeForRefreshToken(loginServer, token);
  await docker(["login", loginServer, "--username", refreshTokenUser, "--password-stdin"], password);

  const text = await kubectl(["get", "deployment", name, "--namespace", namespace, "--output", "json"]);
  const { metadata, spec } = JSON.parse(text) as Deployment;
  const objects = [
    { apiVersion: "v1", kind: "Namespace", metadata: { name: own } },
    { apiVersion: "v1", kind: "ServiceAccount", metadata: { name, namespace: own } },
    { apiVersion: "apps/v1", kind: "Deployment", metadata: { name, namespace: own, labels: metadata.labels }, spec },
  ];
  const file = join(folder, "objects.json");
  writeFileSync(file, JSON.stringify({ apiVersion: "v1", kind: "List", items: objects }));
  await kubectl(["apply", "--filename", file]);
  const inOwn = ["--namespace", own];
  const rolledOut = () => kubectl(["rollout", "status", `deployment/${name}`, ...inOwn, "--timeout=110s"]);
  await rolledOut();

  return {
    async update(context, tag) {
      const image = `${loginServer}/${own}:${tag}`;
      await docker(["build", "--build-arg", `NODE_IMAGE=${baseImage}`, "--tag", image, context]);
      await docker(["push", image]);
      await kubectl(["set", "image", `deployment/${name}`, `${name}=${image}`, ...inOwn]);
      await rolledOut();
    },
    async remove() {
      await kubectl(["delete", "namespace", own, "--wait=false"]);
      rmSync(folder, { recursive: true });
    },
  };
}
