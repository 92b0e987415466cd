/** The docker adapter: `docker.Image`, built and pushed by a Docker engine. */
import type * as engine from "../rpc/engineRequests.ts";
import { adapterVersion } from "../rpc/adapterVersion.ts";
import { isProperties, Secret, toJson, unknown, withSecretsOf } from "../rpc/wireValues.ts";
import type { Properties } from "../rpc/wireValues.ts";
import { buildImage } from "./buildImage.ts";
import type { BuildContext } from "./buildImage.ts";
import { relativeDockerfile } from "./contextTar.ts";
import { engineAddresses, firstAnswering, sshHost, type Engine } from "./engineClient.ts";
import { imageDiff } from "./imageDiff.ts";
import { canBuildInPreview, checkImage, imageSpec } from "./imageInputs.ts";
import type { ImageSpec } from "./imageInputs.ts";
import { pushImage } from "./pushImage.ts";

const imageType = "docker:index/image:Image";

/** Go's names of processor architectures, which engines and image platforms use. */
const goArchitectures: Record<string, string> = { x64: "amd64", ia32: "386" };

function machinePlatform(): string {
  return `linux/${goArchitectures[process.arch] ?? process.arch}`;
}

function requireImage(type: string): void {
  if (type !== imageType) {
    throw new Error(
      `the local environment's docker adapter does not serve ${type}, only ${imageType}. ` +
        "The official plugin serves every type: 'pulumi plugin install resource docker' where the network allows it.",
    );
  }
}

function knownOutputs(image: ImageSpec): Properties {
  return {
    baseImageName: image.name,
    context: image.context,
    dockerfile: relativeDockerfile(image.context, image.dockerfile),
    imageName: image.name,
    platform: image.platform,
    registryServer: image.registry.server,
  };
}

/** Serves the official docker plugin's `Image` through a Docker engine's HTTP interface. */
export class DockerAdapter implements engine.Provider {
  readonly name = "the local environment's docker adapter";
  readonly version = adapterVersion("@pulumi/docker");
  readonly #environment: NodeJS.ProcessEnv;
  #engine: Engine | undefined;
  #sshHost: string | undefined;

  constructor(environment: NodeJS.ProcessEnv = process.env) {
    this.#environment = environment;
  }

  /**
   * Like the official plugin, asks for the engine whatever the operation is: even a preview, a refresh or a deletion needs one,
   * unless it is reached over SSH, which is tried only for a build.
   * https://github.com/pulumi/pulumi-docker/blob/v5.1.0/provider/image.go (configureDockerClient)
   * @throws Error with the official plugin's words when no engine answers
   */
  async configure(config: Properties): Promise<void> {
    this.#engine = undefined;
    this.#sshHost = sshHost(config, this.#environment);
    if (this.#sshHost !== undefined) return;
    const engine = await firstAnswering(engineAddresses(config, this.#environment));
    if (engine === undefined)
      throw new Error(
        "docker native provider returned an unexpected error from Configure: failed to connect to any docker daemon",
      );
    this.#engine = engine;
  }

  check(request: engine.CheckRequest): Promise<engine.CheckResult> {
    requireImage(request.type);
    const platform = machinePlatform();
    const build = request.news.build;
    if (!isProperties(build) || build.platform === undefined) {
      request.log.info(
        `Building your image for ${platform} architecture.\n` +
          "To ensure you are building for the correct platform, consider explicitly setting the `platform` field on ImageBuildOptions.",
      );
    }
    return Promise.resolve(checkImage(request.news, platform));
  }

  diff(request: engine.DiffRequest): Promise<engine.DiffResult> {
    requireImage(request.type);
    return Promise.resolve(imageDiff(request));
  }

  async create(request: engine.CreateRequest): Promise<engine.CreateResult> {
    requireImage(request.type);
    return this.#build(request, request.inputs);
  }

  async update(request: engine.UpdateRequest): Promise<Properties> {
    requireImage(request.type);
    return (await this.#build(request, request.news)).outputs;
  }

  /** Like the official plugin, takes the state for granted and reads nothing. */
  read(request: engine.ReadRequest): Promise<engine.ReadResult> {
    requireImage(request.type);
    return Promise.resolve({ id: request.id, inputs: request.inputs, outputs: request.outputs });
  }

  /** Like the official plugin, leaves images in the registry and in the engine, because others may use them. */
  delete(request: engine.DeleteRequest): Promise<void> {
    requireImage(request.type);
    return Promise.resolve();
  }

  async #build(
    request: engine.ResourceRequest & { preview: boolean; timeoutSeconds?: number },
    inputs: Properties,
  ): Promise<engine.CreateResult> {
    if (request.preview && !this.#previewBuilds(request, inputs)) {
      const complete = canBuildInPreview(inputs);
      return { id: "", outputs: { ...(complete ? knownOutputs(imageSpec(inputs)) : {}), repoDigest: unknown } };
    }
    const image = imageSpec(inputs);
    const context = this.#context(request);
    const imageId = await buildImage(image, context);
    const repoDigest = image.skipPush || request.preview ? imageId : await pushImage(image, context);
    const outputs = withSecretsOf({ ...knownOutputs(image), repoDigest }, inputs) as Properties;
    // The official plugin reads the inputs of the last build from the outputs, where they are a secret.
    return request.preview
      ? { id: "", outputs }
      : { id: image.name, outputs: { ...outputs, __inputs: new Secret(toJson(inputs)) } };
  }

  #previewBuilds(request: engine.ResourceRequest, inputs: Properties): boolean {
    if (inputs.buildOnPreview !== true) {
      return false;
    }
    if (!canBuildInPreview(inputs)) {
      request.log.warn(
        "Minimum inputs for build are unresolved. Continuing without preview image build. To avoid this warning, " +
          "ensure image name, dockerfile, args, and context are resolved at preview.",
      );
      return false;
    }
    return true;
  }

  #context({ log, signal, timeoutSeconds = 0 }: engine.ResourceRequest & { timeoutSeconds?: number }): BuildContext {
    if (this.#sshHost !== undefined) {
      throw new Error(
        `error during connect: command [ssh ${this.#sshHost} docker system dial-stdio] was not run: ${this.name} reaches no engine over SSH`,
      );
    }
    if (this.#engine === undefined) {
      throw new Error(`${this.name} was not configured`);
    }
    const limited = timeoutSeconds > 0 ? AbortSignal.any([signal, AbortSignal.timeout(timeoutSeconds * 1000)]) : signal;
    return { engine: this.#engine, log, signal: limited, environment: this.#environment };
  }
}
