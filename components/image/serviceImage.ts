/**
 * Decides which image a service runs: an existing image, an image imported into the stack's registry, or a new build.
 */
import * as pulumi from "@pulumi/pulumi";
import { getClientTokenOutput } from "@pulumi/azure-native/authorization/index.js";
import { splitImageReference } from "@tarmac/validate/imageReference";
import { managerEndpoint } from "../azure/managerEndpoint.ts";
import { importImage } from "../registry/importImage.ts";
import { importReferrers } from "../registry/importReferrers.ts";
import { manifestDigest } from "../registry/manifestDigest.ts";
import type { ImageRegistry } from "../registry/registryChoice.ts";
import { registryAudience } from "../registry/registrySignIn.ts";

export interface ServiceImageArgs {
  /** Reference of the image to run, `HOST/REPOSITORY:TAG@DIGEST`. @default what `build` gives */
  existing?: string;
  /**
   * Resource id of the Azure registry to import the image from, into `registry`. Nothing is imported if that registry
   * already is `registry`.
   * @default the image is pulled from where it is
   * @example "/subscriptions/.../providers/Microsoft.ContainerRegistry/registries/shopdev"
   */
  importFrom?: string;
  /** Stack whose proven image to run. Nothing is built, and an update without `existing` is refused. @default none */
  imageFrom?: string;
  /** The stack's registry. */
  registry: Pick<ImageRegistry, "loginServer" | "signIn" | "resourceId">;
  /** Builds the image and returns its reference. */
  build: () => pulumi.Output<string>;
}

/**
 * @returns `HOST/REPOSITORY:TAG@DIGEST`
 * @throws pulumi.RunError when the image must come from another stack and `existing` is missing
 */
export function serviceImage(args: ServiceImageArgs): pulumi.Output<string> {
  const { existing, importFrom, imageFrom, build } = args;
  if (existing !== undefined)
    return importFrom === undefined ? pulumi.output(existing) : imported(existing, importFrom, args.registry);
  if (imageFrom === undefined) return build();
  if (pulumi.runtime.isDryRun()) return pulumi.output(pulumi.unknown as unknown as string);
  throw new pulumi.RunError(
    `imageFrom: the image follows from the stack "${imageFrom}", and only deploy knows which one has passed there: run npx tarmac deploy ${pulumi.getStack()}, ` +
      "or set the image: pulumi config set image HOST/REPOSITORY:TAG@DIGEST",
  );
}

function imported(
  image: string,
  sourceId: string,
  { loginServer, signIn, resourceId }: ServiceImageArgs["registry"],
): pulumi.Output<string> {
  const { host = "", path, digest = "" } = splitImageReference(image);
  if (resourceId === undefined)
    throw new pulumi.RunError(
      "importFrom: Azure imports only into a registry of Azure: remove importFrom, or remove registryServer",
    );
  return pulumi.output(loginServer).apply((server) => {
    if (server === host) return pulumi.output(image);
    const reference = `${server}${image.slice(host.length)}`;
    if (pulumi.runtime.isDryRun()) return pulumi.output(reference);
    const done = pulumi
      .all([
        resourceId,
        getClientTokenOutput({}),
        getClientTokenOutput({ endpoint: registryAudience }),
        signIn?.("read").password ?? "",
      ])
      .apply(async ([registryId, { token }, { token: registryToken }, password]) => {
        const request = { endpoint: await managerEndpoint(), token, registryId, sourceId, image };
        if ((await manifestDigest(server, password, path, digest)) === undefined) await importImage(request);
        await importReferrers({ ...request, registryToken, loginServer: server }).catch((error: unknown) => {
          // Azure may reach a registry that this machine cannot reach. `tarmac deploy` has verified the image where it was.
          void pulumi.log.warn(
            `what refers to ${image} (signatures, SBOMs) was not imported with it: ${error instanceof Error ? error.message : String(error)}`,
          );
        });
        return reference;
      });
    // The reference depends on a token, but is not itself secret.
    return pulumi.unsecret(done);
  });
}
