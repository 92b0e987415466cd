/**
 * Makes Azure copy an image from one registry to another, by digest. Nothing is built, and no layer passes through this
 * machine.
 * https://learn.microsoft.com/azure/container-registry/container-registry-import-images
 */
import * as pulumi from "@pulumi/pulumi";
import { splitImageReference } from "@tarmac/validate/imageReference";
import { managerRefusal, managerRequest } from "../azure/managerRequest.ts";

const apiVersion = "2023-07-01";

export interface ImportRequest {
  /** Address of the Resource Manager, e.g. "https://management.azure.com". */
  endpoint: string;
  /** Token for the Resource Manager. */
  token: string;
  /** Resource id of the registry to copy to. */
  registryId: string;
  /** Resource id of the registry to copy from. */
  sourceId: string;
  /** Reference of the image in that registry, `HOST/REPOSITORY[:TAG]@DIGEST`. Without a tag, the copy has none either. */
  image: string;
}

export interface ImportPatience {
  /** Seconds before a copy counts as stuck. Default: 900. */
  seconds?: number;
  /** Milliseconds between two status requests if Azure gives no time. Default: 2000. */
  pauseMilliseconds?: number;
}

/** @throws pulumi.RunError with Azure's answer; if Azure refused the import, also with the roles that it needs */
export async function importImage(request: ImportRequest, patience: ImportPatience = {}): Promise<void> {
  const { seconds = 900, pauseMilliseconds = 2000 } = patience;
  const { endpoint, token, registryId, sourceId, image } = request;
  const { path, tag, digest = "" } = splitImageReference(image);
  const deadline = Date.now() + seconds * 1000;
  let answer = await managerRequest(token, `${endpoint}${registryId}/importImage?api-version=${apiVersion}`, {
    source: { resourceId: sourceId, sourceImage: `${path}@${digest}` },
    ...(tag === undefined ? { untaggedTargetRepositories: [path] } : { targetTags: [`${path}:${tag}`] }),
    // The tag may already exist, with this image or another: pods run the digest.
    mode: "Force",
  });
  while (answer.status === 202) {
    const next = answer.headers.get("location");
    // Never send the token to another host.
    if (next === null || !next.startsWith(`${endpoint}/`))
      throw new pulumi.RunError(`cannot import ${image}: Azure does not say where to ask about it (${String(next)})`);
    if (Date.now() > deadline) throw new pulumi.RunError(`cannot import ${image}: not done after ${seconds} s`);
    const pause = Number(answer.headers.get("retry-after"));
    await new Promise((resolve) => setTimeout(resolve, pause > 0 ? pause * 1000 : pauseMilliseconds));
    answer = await managerRequest(token, next);
  }
  if (!answer.ok) throw new pulumi.RunError(await refusal(request, answer));
}

async function refusal({ image, registryId, sourceId }: ImportRequest, answer: Response): Promise<string> {
  const { code, message } = await managerRefusal(answer);
  return (
    `cannot import ${image} into ${registryId}: ${code}: ${message}\n` +
    `The deploying identity needs the role Container Registry Data Importer and Data Reader on ${sourceId}, and Contributor (or the same role) ` +
    "on the registry of the stack. A new role assignment takes a few minutes to propagate: run the update again."
  );
}
