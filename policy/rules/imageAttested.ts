import { splitImageReference } from "@tarmac/validate/imageReference";
import { eachContainer } from "../kubernetes/podSpecs.ts";
import { judge } from "../outcome.ts";
import type { PodRule } from "../rule.ts";
import { step, type Known } from "../propertyValues.ts";

interface Settings {
  required: boolean;
  /** `sha256:...` */
  verified: readonly string[];
}

export const imageAttested: PodRule<Settings> = {
  on: "pods",
  id: "image-attested",
  title: "Images have an SBOM, provenance and a signature by a trusted signer",
  reason:
    "a digest does not say who built an image and from what: anybody who may push to the registry could get another program deployed",
  fix: "list the signers in the setting trustedSigners, and deploy with `npx tarmac deploy STACK`, which verifies the images; add exceptions for images from other sources",
  reference: "https://learn.microsoft.com/azure/container-registry/overview-sign-verify-artifacts",
  severity: "high",
  level: "mandatory",
  settings: {
    required: {
      type: "boolean",
      default: false,
      description: "Whether the stack runs attested images only. A deployment of a stack with trustedSigners sets it.",
    },
    verified: {
      type: "array",
      items: { type: "string", minLength: 1 },
      default: [],
      description: "Digests of the images that the deployment has verified. `tarmac deploy` fills it in.",
    },
  },
  check: (pod, { required, verified }) =>
    required
      ? eachContainer(pod, ({ spot, called }) =>
          judge(
            step(spot, "image"),
            (image) => verified.includes(digestOf(image)),
            (image) => `${called} runs the image ${JSON.stringify(image)}, which nobody has verified`,
          ),
        )
      : [],
};

const digestOf = (image: Known): string => (typeof image === "string" ? (splitImageReference(image).digest ?? "") : "");
