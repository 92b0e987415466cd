import { existsSync, statSync } from "node:fs";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { getClientTokenOutput } from "@pulumi/azure-native/authorization/index.js";
import { Image } from "@pulumi/docker/image.js";
import { Provider } from "@pulumi/docker/provider.js";
import { managerEndpoint } from "./azure/managerEndpoint.ts";
import { contentTag } from "./image/buildContext.ts";
import { contextArchive } from "./image/contextArchive.ts";
import { hasDockerEngine, noDockerEngine } from "./image/dockerEngine.ts";
import { throwIfAny } from "./invalidArguments.ts";
import type { RegistryRoleMode } from "./pullAccess.ts";
import { manifestDigest } from "./registry/manifestDigest.ts";
import { buildInRegistry, taskArgProblem } from "./registry/registryBuild.ts";
import { exchangeForRefreshToken, registryAudience, type RegistryCredentials } from "./registry/registrySignIn.ts";
import { ifGiven } from "@tarmac/validate/valueCheck";
import {
  parseImageReference,
  registryImageProblem,
  repositoryProblem,
  tagProblem,
} from "@tarmac/validate/imageReference";

/** Platforms of AKS nodes. */
export const platforms = ["linux/amd64", "linux/arm64"] as const;
export type Platform = (typeof platforms)[number];

export const imageDefaults = {
  platform: "linux/amd64",
  cacheFrom: [],
  buildOnPreview: false,
} satisfies Partial<AppImageArgs>;

/** An Azure container registry that builds images itself. */
export interface BuildingRegistry {
  /** Resource id of the registry: the one that `loginServer` belongs to. */
  registryId: pulumi.Input<string>;
  /** Role mode of the registry. In the mode "abac", a build has the rights of its caller. @default a mode in which builds have rights of their own */
  roleMode?: pulumi.Input<RegistryRoleMode>;
}

export interface AppImageArgs {
  /** Host name of the registry to push to, such as `loginServer` of `Registry`. @example "myregistry.azurecr.io" */
  loginServer: pulumi.Input<string>;
  /** User name and password for the push. @default the user that the local Docker engine is signed in as */
  credentials?: RegistryCredentials;
  /** Repository in the registry. @example "team/hello" */
  repository: string;
  /**
   * Path of the build context folder. `DOCKERFILE.dockerignore`, or else the folder's `.dockerignore`, excludes files
   * from it.
   * @example "./app"
   */
  context: string;
  /** Path of the Dockerfile. @default "Dockerfile" in the context @example "./app/Dockerfile.alpine" */
  dockerfile?: string;
  /**
   * Values of the Dockerfile's ARGs. Never pass secrets: the values stay readable in the image's history.
   * @default none
   * @example { NODE_ENV: "production" }
   */
  buildArgs?: Record<string, string>;
  /** Dockerfile stage to build. @default the last @example "runtime" */
  target?: string;
  /**
   * Platform of the nodes, "linux/amd64" or "linux/arm64". It may differ from the platform of the build machine.
   * @default "linux/amd64"
   * @example "linux/arm64"
   */
  platform?: Platform;
  /** Images whose layers the build may reuse. @default none @example ["myregistry.azurecr.io/hello:main"] */
  cacheFrom?: string[];
  /**
   * Whether a preview builds the image too. The preview then takes as long as a build, and proves that the image
   * builds. It needs an existing registry.
   * @default false
   */
  buildOnPreview?: boolean;
  /**
   * Azure container registry that builds the image itself (ACR Tasks), so that neither updates nor previews need a Docker
   * engine. It needs `credentials`, and the registry must be reachable from the public network.
   * @default the Docker engine of this machine builds
   * @example { registryId: registry.id }
   */
  buildIn?: BuildingRegistry;
  /**
   * Tag of the image.
   * @default 12 hexadecimal digits that follow from the content of the context and the options
   * @example "1.4.2"
   */
  tag?: string;
}

/**
 * Builds and pushes an image. Workloads run it by digest, so a tag that is pushed again changes nothing.
 *
 * Use `transforms` to change resource properties that no argument covers.
 * @example
 * ```ts
 * new AppImage("hello", args, {
 *   transforms: [
 *     ({ type, props, opts }) =>
 *       type === "docker:index/image:Image" ? { props: { ...props, build: { ...props.build, network: "host" } }, opts } : undefined,
 *   ],
 * });
 * ```
 */
export class AppImage extends pulumi.ComponentResource {
  /** Tag of the image: the `tag` argument, or 12 hexadecimal digits derived from the content. */
  readonly tag: string;
  /** `sha256:...` of the manifest in the registry. Unknown in previews when the image must be built. */
  readonly digest: pulumi.Output<string>;
  /** `HOST/REPOSITORY:TAG@sha256:...`. The tag is for readers; nodes pull by the digest. */
  readonly reference: pulumi.Output<string>;

  /**
   * @throws pulumi.InputPropertyError when the repository or tag is invalid, or the context or Dockerfile is missing.
   */
  constructor(name: string, args: AppImageArgs, opts?: pulumi.ComponentResourceOptions) {
    const dockerfile = dockerfileOf(args);
    throwIfAny([
      ["repository", repositoryProblem(args.repository)],
      ["tag", ifGiven(args.tag, tagProblem)],
      ["context", contextProblem(args.context)],
      ["dockerfile", dockerfileProblem(dockerfile)],
      ...(args.cacheFrom ?? []).map((image, i) => [`cacheFrom[${i}]`, registryImageProblem(image)] as const),
      ...registryBuildProblems(args),
    ]);
    super("tarmac:docker:AppImage", name, {}, opts);
    const { platform = imageDefaults.platform, cacheFrom = imageDefaults.cacheFrom } = args;
    // A build argument may also be named "target" or "platform". The prefix keeps it apart from those options.
    const buildArgs = Object.entries(args.buildArgs ?? {}).map(([arg, value]) => [`arg ${arg}`, value] as const);
    const options = { ...Object.fromEntries(buildArgs), target: args.target ?? "", platform };
    const byContent = contentTag({ folder: args.context, dockerfile, options });
    this.tag = args.tag ?? byContent;
    const build: ImageBuild = {
      dockerfile,
      // VERSION lets the service show its version on its page and in its logs. With `cacheFrom`, the image also carries the
      // inline cache that the next build reads.
      args: {
        VERSION: this.tag,
        ...(cacheFrom.length > 0 && { BUILDKIT_INLINE_CACHE: "1" }),
        ...args.buildArgs,
      },
      ...{ platform, cacheFrom },
      // The first one tells whether the registry already has the image.
      tags: [...new Set([byContent, this.tag])],
    };
    this.digest =
      args.buildIn === undefined
        ? this.#builtByEngine(name, args, build)
        : this.#builtByRegistry(args, args.buildIn, build);
    this.reference = pulumi.interpolate`${args.loginServer}/${args.repository}:${this.tag}@${this.digest}`;
    this.registerOutputs({
      ...{ tag: this.tag, digest: this.digest, reference: this.reference },
      build: builtAs(args, build),
    });
  }

  #builtByEngine(name: string, args: AppImageArgs, build: ImageBuild): pulumi.Output<string> {
    const { loginServer, credentials } = args;
    const image = new Image(
      name,
      {
        imageName: pulumi.interpolate`${loginServer}/${args.repository}:${this.tag}`,
        build: {
          context: args.context,
          dockerfile: build.dockerfile,
          args: build.args,
          target: args.target,
          platform: build.platform,
          ...(build.cacheFrom.length > 0 && { cacheFrom: { images: build.cacheFrom } }),
        },
        buildOnPreview: args.buildOnPreview ?? imageDefaults.buildOnPreview,
        registry: credentials && {
          server: loginServer,
          username: credentials.username,
          password: credentials.password,
        },
      },
      {
        parent: this,
        provider: this.#engineless(name),
        // The provider's deletion does nothing, but asks for the Docker engine first: with this option, no deletion needs one.
        retainOnDelete: true,
      },
    );
    return image.repoDigest.apply((repoDigest) =>
      // A preview build returns the id of the local image. The digest is unknown until the push.
      pulumi.runtime.isDryRun() && repoDigest.startsWith("sha256:") ? pendingText : digestOf(repoDigest),
    );
  }

  /**
   * The provider for a preview on a machine without a Docker engine; undefined otherwise. It compares and does not build. An update
   * needs the engine for a changed image.
   */
  #engineless(name: string): Provider | undefined {
    const configured = new pulumi.Config("docker").get("host");
    if (!pulumi.runtime.isDryRun() || configured !== undefined || hasDockerEngine()) return undefined;
    return new Provider(`${name}-no-engine`, { host: noDockerEngine }, { parent: this });
  }

  #builtByRegistry(args: AppImageArgs, buildIn: BuildingRegistry, build: ImageBuild): pulumi.Output<string> {
    const { loginServer, repository, credentials, context, target } = args;
    /** Digest of the image in the registry, if it has every tag on it: its content then is the context's. */
    const present = async (server: string, refreshToken: string): Promise<string | undefined> => {
      const found = await Promise.all(build.tags.map((tag) => manifestDigest(server, refreshToken, repository, tag)));
      return new Set(found).size === 1 ? found[0] : undefined;
    };
    if (pulumi.runtime.isDryRun())
      return pulumi
        .all([loginServer, getClientTokenOutput({ endpoint: registryAudience }, { parent: this })])
        .apply(async ([server, { token }]) => {
          const refreshToken = await exchangeForRefreshToken(server, token, { attempts: 1 }).catch(() => "");
          return (await present(server, refreshToken)) ?? pendingText;
        });
    const done = pulumi
      .all([
        loginServer,
        buildIn.registryId,
        buildIn.roleMode ?? "classic",
        credentials?.password ?? "",
        getClientTokenOutput({}, { parent: this }),
      ])
      .apply(async ([server, registryId, roleMode, password, { token }]) => {
        const known = await present(server, password);
        if (known !== undefined) return known;
        return buildInRegistry(
          {
            ...{ endpoint: await managerEndpoint(), token, registryId, loginServer: server, repository, target },
            ...build,
            context: await contextArchive(context, build.dockerfile),
            asCaller: roleMode === "abac",
          },
          { report: (line) => void pulumi.log.info(line, this, undefined, true) },
        );
      });
    // The digest depends on tokens, but is not itself secret.
    return pulumi.unsecret(done);
  }
}

/** What both builders build. */
interface ImageBuild {
  dockerfile: string;
  args: Record<string, string>;
  platform: Platform;
  cacheFrom: string[];
  tags: string[];
}

/** How an image was built, as its provenance states it. Stays in the state. */
export interface BuildRecord {
  /** Folder that the build reads, as the argument says. */
  context: string;
  /** Path of the Dockerfile. */
  dockerfile: string;
  /** Stage of the Dockerfile; empty for the last one. */
  target: string;
  /** Operating system and architecture, e.g. `linux/amd64`. */
  platform: string;
  /** Build arguments by name. */
  args: Record<string, string>;
  /** Who built it: the Docker engine of a machine, or the Azure registry. */
  buildWith: "docker" | "acr";
}

const builtAs = (
  { context, target = "", buildIn }: AppImageArgs,
  { dockerfile, platform, args }: ImageBuild,
): BuildRecord => ({
  ...{ context, dockerfile, target, platform, args },
  buildWith: buildIn === undefined ? "docker" : "acr",
});

/** A string that is known only after an update. */
const pendingText = pulumi.unknown as unknown as string;

/** Returns the digest in `HOST/REPOSITORY@sha256:...`, the form in which the provider reports a push. */
export function digestOf(repoDigest: string): string {
  const digest = parseImageReference(repoDigest)?.digest;
  if (digest === undefined) {
    throw new Error(
      `the push returned "${repoDigest}" instead of a digest, so the image cannot be pinned: run the update again`,
    );
  }
  return digest;
}

/** Returns the problems of arguments that a build in the registry cannot have. */
function registryBuildProblems({ buildIn, credentials, buildOnPreview, buildArgs, target }: AppImageArgs) {
  if (buildIn === undefined) return [];
  return [
    [
      "credentials",
      credentials === undefined ? "is missing: buildIn looks up the image in the registry with it" : undefined,
    ],
    [
      "buildOnPreview",
      buildOnPreview === true ? "the registry builds only in updates: remove it, or remove buildIn" : undefined,
    ],
    [
      "target",
      ifGiven(target, (stage) => (/^[\w.-]+$/.test(stage) ? undefined : `"${stage}" is not the name of a stage`)),
    ],
    ...Object.entries(buildArgs ?? {}).map(([name, value]) => [`buildArgs.${name}`, taskArgProblem(value)] as const),
  ] as const;
}

/** Returns the path of the Dockerfile: the `dockerfile` argument, or "Dockerfile" in the context. */
export function dockerfileOf({ context, dockerfile }: Pick<AppImageArgs, "context" | "dockerfile">): string {
  return dockerfile ?? join(context, "Dockerfile");
}

/** Returns the problem with a build context folder, or `undefined`. The settings use it too. */
export function contextProblem(path: string): string | undefined {
  if (existsSync(path) && statSync(path).isDirectory()) return undefined;
  return `"${path}" is not a folder: use the folder that holds the source and the Dockerfile of the service`;
}

/** Returns the problem with the path of a Dockerfile, or `undefined`. The settings use it too. */
export function dockerfileProblem(path: string): string | undefined {
  if (existsSync(path) && statSync(path).isFile()) return undefined;
  return `"${path}" is not a file: use the path of the Dockerfile`;
}
