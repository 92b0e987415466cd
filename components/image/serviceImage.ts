/** Which image a service runs: one that exists, one that is imported into the stack's registry, or one that is built. */
import * as pulumi from "@pulumi/pulumi";
import { getClientTokenOutput } from "@pulumi/azure-native/authorization/index.js";
import { parseImageReference } from "@tarmac/validate/imageReference";
import { managerEndpoint } from "../azure/managerEndpoint.ts";
import { hasImage, importImage } from "../registry/importImage.ts";
import type { ImageRegistry } from "../registry/registryChoice.ts";

export interface ServiceImageArgs {
  /** `HOST/REPOSITORY:TAG@DIGEST` to run. @default what `build` gives */
  existing?: string;
  /**
   * Resource id of the Azure registry that has it, to import it from into `registry`. Nothing is imported where that already is the
   * registry of the image. @default the image is pulled from where it is
   */
  importFrom?: string;
  /** Stack whose proven image is to run: nothing is built, and an update without `existing` is refused. @default none */
  imageFrom?: string;
  /** Registry of the stack. */
  registry: Pick<ImageRegistry, "loginServer" | "credentials" | "resourceId">;
  /** Builds the image and gives its reference. */
  build: () => pulumi.Output<string>;
}

/** @returns `HOST/REPOSITORY:TAG@DIGEST` @throws pulumi.RunError when the image of another stack is to run and nobody says which */
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
  { loginServer, credentials, resourceId }: ServiceImageArgs["registry"],
): pulumi.Output<string> {
  const host = parseImageReference(image)?.host ?? "";
  if (resourceId === undefined)
    throw new pulumi.RunError(
      "importFrom: Azure imports only into a registry of Azure: remove importFrom, or remove registryServer",
    );
  return pulumi.output(loginServer).apply((server) => {
    if (server === host) return pulumi.output(image);
    const reference = `${server}${image.slice(host.length)}`;
    if (pulumi.runtime.isDryRun()) return pulumi.output(reference);
    const done = pulumi
      .all([resourceId, getClientTokenOutput({}), credentials?.password ?? ""])
      .apply(async ([registryId, { token }, password]) => {
        if (await hasImage(server, password, image)) return reference;
        await importImage({ endpoint: await managerEndpoint(), token, registryId, sourceId, image });
        return reference;
      });
    // Made with a token, and no secret itself.
    return pulumi.unsecret(done);
  });
}
