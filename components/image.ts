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

/** What AKS nodes are. */
export const platforms = ["linux/amd64", "linux/arm64"] as const;
export type Platform = (typeof platforms)[number];

export const imageDefaults = {
  platform: "linux/amd64",
  cacheFrom: [],
  buildOnPreview: false,
} satisfies Partial<AppImageArgs>;

export interface AppImageArgs {
  /** Registry host to push to, e.g. `myregistry.azurecr.io`. */
  loginServer: pulumi.Input<string>;
  /** Who pushes. @default whoever the local Docker engine is signed in as */
  credentials?: RegistryCredentials;
  /** Repository in the registry, e.g. "team/hello". */
  repository: string;
  /** Folder of the build context; what `DOCKERFILE.dockerignore`, or else its `.dockerignore`, names is left out. */
  context: string;
  /** Path of the Dockerfile. @default "Dockerfile" in the context */
  dockerfile?: string;
  /** Values of the Dockerfile's ARGs. Never secrets: they stay readable in the image's history. */
  buildArgs?: Record<string, string>;
  /** Stage to build. @default the last */
  target?: string;
  /** The nodes' platform, whatever machine builds. @default "linux/amd64" */
  platform?: Platform;
  /** Images whose layers may be taken over instead of built, e.g. `["myregistry.azurecr.io/hello:main"]`. @default none */
  cacheFrom?: string[];
  /**
   * Build in a preview already: it then takes as long as a build, and shows that there is an image. Only once the
   * registry exists. @default false
   */
  buildOnPreview?: boolean;
  /** Tag of the image. @default 12 hexadecimal digits that follow from the content of the context and the options */
  tag?: string;
}

/**
 * An image, built and pushed; what runs is its digest, so that a pushed-over tag can change nothing.
 *
 * `transforms` change properties of its resources that no argument covers.
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
  /** Tag of the image: the one given, or 12 hexadecimal digits that follow from the content. */
  readonly tag: string;
  /** `sha256:...` of the manifest in the registry. Unknown in a preview that would build. */
  readonly digest: pulumi.Output<string>;
  /** `HOST/REPOSITORY:TAG@sha256:...`: the tag is for people, the digest is what is pulled. */
  readonly reference: pulumi.Output<string>;

  /** @throws pulumi.InputPropertyError for a bad repository or tag, a missing context or Dockerfile. */
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
    // A build argument may be called "target" or "platform" too: it must not hide behind those.
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
          // The image can say which version it is: the page and the logs of the service show it. And where layers are
          // taken over, it carries what the next build needs to take over its own.
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
      // A preview that builds gives the id of the image on this machine: what a push will make of it is not known yet.
      pulumi.runtime.isDryRun() && repoDigest.startsWith("sha256:") ? pendingText : digestOf(repoDigest),
    );
    this.reference = pulumi.interpolate`${image.imageName}@${this.digest}`;
    this.registerOutputs({ tag: this.tag, digest: this.digest, reference: this.reference });
  }
}

/** A text that only an update can tell. */
const pendingText = pulumi.unknown as unknown as string;

/** The digest in `HOST/REPOSITORY@sha256:...`, which is how the provider says what it has pushed. */
export function digestOf(repoDigest: string): string {
  const digest = parseImageReference(repoDigest)?.digest;
  if (digest === undefined) {
    throw new Error(
      `the push returned "${repoDigest}" instead of a digest, so the image cannot be pinned: run the update again`,
    );
  }
  return digest;
}

/** Path of the Dockerfile: the one named, or the context's own. */
export function dockerfileOf({ context, dockerfile }: Pick<AppImageArgs, "context" | "dockerfile">): string {
  return dockerfile ?? join(context, "Dockerfile");
}

/** What is wrong with the folder of a build context, or `undefined`. Also used where the settings are read. */
export function contextProblem(path: string): string | undefined {
  if (existsSync(path) && statSync(path).isDirectory()) return undefined;
  return `"${path}" is not a folder: use the folder that holds the source and the Dockerfile of the service`;
}

/** What is wrong with the path of a Dockerfile, or `undefined`. Also used where the settings are read. */
export function dockerfileProblem(path: string): string | undefined {
  if (existsSync(path) && statSync(path).isFile()) return undefined;
  return `"${path}" is not a file: use the path of the Dockerfile`;
}
