/** Pushes an image to its registry. */
import { pullSource, splitImageReference } from "@tarmac/validate/imageReference";
import type { BuildContext } from "./buildImage.ts";
import { engineMessages, failureOf } from "./engineMessages.ts";
import type { EngineMessage } from "./engineMessages.ts";
import type { ImageSpec } from "./imageInputs.ts";
import { pushHost, registryAuthHeader } from "./registryCredentials.ts";

/** The progress of all layers, in one line. */
class PushProgress {
  readonly #layers = new Map<string, { current: number; total: number }>();

  /** The line to show; `undefined` for a message without a layer's progress. */
  take({ id, progressDetail }: EngineMessage): string | undefined {
    const { current, total } = progressDetail ?? {};
    if (id === undefined || current === undefined || total === undefined) {
      return undefined;
    }
    this.#layers.set(id, { current: Math.min(current, total), total });
    const layers = [...this.#layers.values()];
    const megabytes = (bytes: number) => (bytes / 1e6).toFixed(1);
    const done = layers.reduce((sum, layer) => sum + layer.current, 0);
    const all = layers.reduce((sum, layer) => sum + layer.total, 0);
    return `Pushing ${layers.length} layer(s): ${megabytes(done)} of ${megabytes(all)} MB`;
  }
}

/** `HOST/PATH@sha256:...` */
function digestReference(name: string, digest: string): string {
  const { host, repository } = pullSource(splitImageReference(name));
  return `${host}/${repository}@${digest}`;
}

/** The digest from the local store, for engines that do not report it with the push. */
async function inspectedDigest(image: ImageSpec, { engine, signal }: BuildContext): Promise<string> {
  const path = `/images/${image.name}/json`;
  const { RepoDigests = [] } = (await engine.json({ method: "GET", path, signal })) as { RepoDigests?: string[] };
  const wanted = digestReference(image.name, "");
  const found = RepoDigests.find((reference) => digestReference(reference, "") === wanted);
  const { digest } = splitImageReference(found ?? "");
  if (digest === undefined) {
    throw new Error(`${image.name} was pushed, but the engine did not report its digest`);
  }
  return digest;
}

/**
 * Pushes the image.
 *
 * @returns `HOST/PATH@sha256:...`, the digest of the manifest in the registry
 * @throws Error with the registry's message when it refuses the push
 */
export async function pushImage(image: ImageSpec, context: BuildContext): Promise<string> {
  const { engine, log, signal, environment } = context;
  const { username, password } = image.registry;
  if ((username === "") !== (password === "")) {
    const missing = username === "" ? "username" : "password";
    log.warn(
      `registry.${missing} is not set, so the other half of the credentials is ignored: using this machine's \`docker login\``,
    );
  }
  log.status(`Pushing the image to ${pushHost(image)}`);
  const reference = splitImageReference(image.name);
  const { host, repository } = pullSource(reference);
  const response = await engine.send({
    method: "POST",
    path: `/images/${host}/${repository}/push`,
    query: { tag: reference.tag ?? "latest" },
    headers: { "X-Registry-Auth": await registryAuthHeader(image, environment) },
    signal,
  });
  const progress = new PushProgress();
  let digest: string | undefined;
  for await (const message of engineMessages(response, signal)) {
    const failure = failureOf(message);
    if (failure !== undefined) {
      throw new Error(`the image ${image.name} could not be pushed: ${failure}`);
    }
    digest = (message.aux as { Digest?: string } | undefined)?.Digest ?? digest;
    const line = progress.take(message) ?? (message.id === undefined ? message.status : undefined);
    if (line !== undefined) {
      log.status(line);
    }
  }
  return digestReference(image.name, digest ?? (await inspectedDigest(image, context)));
}
