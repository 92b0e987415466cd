/** Attaches to an image what proves its origin: an SBOM and provenance, and with a signer a signature. */
import type { Referrer } from "@tarmac/components/registry/referrers";
import { bundleType, predicateAnnotation, signaturePredicate, type SignStatement } from "./bundleSigner.ts";
import type { ImageRepository } from "./imageRepository.ts";
import { type Provenance, provenancePredicate } from "./provenance.ts";
import { sbomType } from "./sbom.ts";
import { nameOf, type PinnedImage } from "./stackRepository.ts";
import { inTotoType, statementAbout } from "./statement.ts";

/** Type of an in-toto statement about an image's contents. */
export const sbomPredicate = "https://cyclonedx.org/bom";

export interface Evidence {
  /** CycloneDX, JSON. */
  sbom: () => Promise<Buffer>;
  provenance: () => Provenance;
}

export interface Attested {
  /** `HOST/REPOSITORY@DIGEST` */
  image: string;
  /** Digests of the manifests that this run attached, by what they are. */
  attached: Readonly<Record<string, string>>;
  /** What the image had already. */
  kept: readonly string[];
}

interface Claim {
  what: string;
  predicateType: string;
  predicate: () => Promise<unknown>;
  /** Type of the content if nobody signs. */
  unsignedType?: string;
}

/**
 * @param sign wraps each statement in a signed bundle; absent: SBOM and provenance are attached as they are
 * @param again whether to attach what the image has already
 */
export async function attestImage(
  image: PinnedImage,
  repository: Pick<ImageRepository, "referrers" | "attach">,
  evidence: Evidence,
  { sign, again = false }: { sign?: SignStatement | undefined; again?: boolean } = {},
): Promise<Attested> {
  const all: Claim[] = [
    {
      ...{ what: "SBOM", predicateType: sbomPredicate, unsignedType: sbomType },
      predicate: async () => JSON.parse((await evidence.sbom()).toString()) as unknown,
    },
    {
      ...{ what: "provenance", predicateType: provenancePredicate, unsignedType: inTotoType },
      predicate: () => Promise.resolve(evidence.provenance()),
    },
    { what: "signature", predicateType: signaturePredicate, predicate: () => Promise.resolve({}) },
  ];
  const claims = all.filter(({ unsignedType }) => sign !== undefined || unsignedType !== undefined);
  const present = again ? [] : await repository.referrers(image.digest);
  const has = ({ predicateType, unsignedType }: Claim) =>
    present.some((referrer) =>
      sign === undefined ? referrer.artifactType === unsignedType : isBundleOf(referrer, predicateType),
    );
  const wanted = claims.filter((claim) => !has(claim));
  const attached: Record<string, string> = {};
  for (const { what, predicateType, predicate, unsignedType } of wanted) {
    const content = await predicate();
    const statement = statementAbout(`${image.host}/${image.path}`, image.digest, predicateType, content);
    attached[what] = await repository.attach(
      image.digest,
      sign === undefined
        ? {
            artifactType: unsignedType ?? inTotoType,
            content: Buffer.from(JSON.stringify(unsignedType === sbomType ? content : statement)),
          }
        : {
            artifactType: bundleType,
            content: await sign(statement),
            annotations: { "dev.sigstore.bundle.content": "dsse-envelope", [predicateAnnotation]: predicateType },
          },
    );
  }
  return {
    ...{ image: nameOf(image), attached },
    kept: claims.filter((claim) => !wanted.includes(claim)).map(({ what }) => what),
  };
}

/** A registry may list a bundle without its type, never without its annotations. */
const isBundleOf = ({ annotations }: Referrer, predicateType: string): boolean =>
  annotations?.[predicateAnnotation] === predicateType;
