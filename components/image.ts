import { existsSync, statSync } from "node:fs";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { Image } from "@pulumi/docker/image.js";
import { contentTag } from "./image/buildContext.ts";
import { throwIfAny } from "./invalidArguments.ts";
import type { RegistryCredentials } from "./registry/registrySignIn.ts";
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
    ]);
    super("tarmac:docker:AppImage", name, {}, opts);
    const { platform = imageDefaults.platform, cacheFrom = imageDefaults.cacheFrom } = args;
    // A build argument may also be named "target" or "platform". The prefix keeps it apart from those options.
    const buildArgs = Object.entries(args.buildArgs ?? {}).map(([arg, value]) => [`arg ${arg}`, value] as const);
    const options = { ...Object.fromEntries(buildArgs), target: args.target ?? "", platform };
    this.tag = args.tag ?? contentTag({ folder: args.context, dockerfile, options });
    const image = new Image(
      name,
      {
        imageName: pulumi.interpolate`${args.loginServer}/${args.repository}:${this.tag}`,
        build: {
          context: args.context,
          dockerfile,
          // VERSION lets the service show its version on its page and in its logs. With `cacheFrom`, the image also
          // carries the inline cache that the next build reads.
          args: {
            VERSION: this.tag,
            ...(cacheFrom.length > 0 && { BUILDKIT_INLINE_CACHE: "1" }),
            ...args.buildArgs,
          },
          target: args.target,
          platform,
          ...(cacheFrom.length > 0 && { cacheFrom: { images: cacheFrom } }),
        },
        buildOnPreview: args.buildOnPreview ?? imageDefaults.buildOnPreview,
        registry:
          args.credentials === undefined
            ? undefined
            : {
                server: args.loginServer,
                username: args.credentials.username,
                password: args.credentials.password,
              },
      },
      { parent: this },
    );
    this.digest = image.repoDigest.apply((repoDigest) =>
      // A preview build returns the id of the local image. The digest is unknown until the push.
      pulumi.runtime.isDryRun() && repoDigest.startsWith("sha256:") ? pendingText : digestOf(repoDigest),
    );
    this.reference = pulumi.interpolate`${image.imageName}@${this.digest}`;
    this.registerOutputs({ tag: this.tag, digest: this.digest, reference: this.reference });
  }
}

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
