/** A failing pull of a pod, as the kubelet and containerd report it. */
import { type ImageSource, imageSource } from "../registry/imageSource.ts";
import type { ImageLook } from "../registry/imageLook.ts";
import { type ContainerView, findEvent, nameOf, quoteEvent, type PodView } from "../podView.ts";

const pullReasons = [
  "ErrImagePull",
  "ImagePullBackOff",
  "InvalidImageName",
  "RegistryUnavailable",
  "ErrImageInspect",
  "ErrImageNeverPull",
];

export interface PullProblem {
  container: ContainerView;
  image: string;
  reference: ImageSource | undefined;
  /** All messages of the kubelet and containerd about it. */
  text: string;
  /** What the registry says about the image, if it was asked. */
  look: ImageLook | undefined;
  evidence: string[];
}

/** Is this the message of the kubelet's decoder, which the kubelet gives as a reason if it cannot parse the pull secret? */
export const unreadable = (reason: string): boolean =>
  /illegal base64|invalid character|unexpected end of JSON|unable to parse auth/i.test(reason);

/** Is the container waiting for its image? */
export function waitsForImage({ status }: ContainerView): boolean {
  const reason = status?.state?.waiting?.reason ?? "";
  return pullReasons.includes(reason) || unreadable(reason);
}

export function pullProblem(view: PodView): PullProblem | undefined {
  const container = view.containers.find(waitsForImage);
  if (container === undefined) return undefined;
  const image = container.spec.image ?? "";
  const waiting = container.status?.state?.waiting;
  const failed = findEvent(view, ["Failed", "InspectFailed"], new RegExp(escape(image)));
  // The event has containerd's own message. The container's state often has only that of the back-off.
  const words = failed?.message ?? waiting?.message ?? "";
  return {
    container,
    image,
    reference: imageSource(image),
    text: [words, waiting?.message ?? ""].join("\n"),
    look: view.observation.images[image],
    evidence: [
      `${nameOf(view, container)} waits: ${waiting?.reason ?? ""}`,
      failed === undefined ? `image "${image}": ${waiting?.message ?? "no reason given"}` : quoteEvent(failed),
    ],
  };
}

export const escape = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
