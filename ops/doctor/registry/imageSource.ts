/** Where a node pulls an image from. */
import { parseImageReference, pullSource } from "@tarmac/validate/imageReference";

export interface ImageSource {
  /** Registry host with its port; `docker.io` if the image names none. */
  host: string;
  /** Whether the image itself names the registry. */
  hostGiven: boolean;
  repository: string;
  tag?: string;
  digest?: string;
}

/** @returns undefined if the image name is invalid */
export function imageSource(image: string): ImageSource | undefined {
  const reference = parseImageReference(image);
  if (reference === undefined) return undefined;
  const { host, tag, digest } = reference;
  return {
    ...pullSource(reference),
    hostGiven: host !== undefined,
    ...(tag === undefined ? {} : { tag }),
    ...(digest === undefined ? {} : { digest }),
  };
}
