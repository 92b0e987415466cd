/** Verifies that an image has an SBOM, provenance and a signature by somebody who is trusted. */
import { type Bundle, bundleFromJSON } from "@sigstore/bundle";
import type { Referrer } from "@tarmac/components/registry/referrers";
import { sbomPredicate } from "./attestImage.ts";
import { bundleType, signaturePredicate } from "./bundleSigner.ts";
import type { ImageRepository } from "./imageRepository.ts";
import { provenancePredicate } from "./provenance.ts";
import { nameOf, type PinnedImage } from "./stackRepository.ts";
import { inTotoType, type Statement } from "./statement.ts";
import type { TrustedSigner } from "./trustedSigners.ts";

export interface VerifiedImage {
  /** `HOST/REPOSITORY@DIGEST` */
  image: string;
  /** Who signed what, by what it is; only what counts. */
  signed: Readonly<Record<string, string>>;
  /** Commit and builder as the provenance states them. */
  origin?: { repository?: string; commit?: string; builder?: string };
  /** What is missing, and why what exists does not count; empty if the image may run. */
  problems: string[];
}

/** SPDX counts as well: another pipeline may have written it. */
const required: Readonly<Record<string, readonly string[]>> = {
  SBOM: [sbomPredicate, "https://spdx.dev/Document"],
  provenance: [provenancePredicate],
  signature: [signaturePredicate],
};

/** Types by which a registry may list a bundle: some do not report the manifest's own. */
const mayBeBundle = ({ artifactType }: Referrer) =>
  artifactType === undefined ||
  artifactType === "application/vnd.oci.empty.v1+json" ||
  artifactType.startsWith(bundleType.slice(0, bundleType.indexOf(".v0.3")));

/** More referrers than this are not read: somebody who may push could keep a deployment busy for hours. */
const mostReferrers = 200;

/** @throws Error with the registry's answer if it cannot be asked */
export async function verifyImage(
  image: PinnedImage,
  repository: Pick<ImageRepository, "referrers" | "contentOf">,
  signers: readonly TrustedSigner[],
): Promise<VerifiedImage> {
  const listed = (await repository.referrers(image.digest)).filter(mayBeBundle);
  const signed: Record<string, string> = {};
  const rejected: string[] = [];
  let origin: VerifiedImage["origin"];
  for (const { digest } of listed.slice(0, mostReferrers)) {
    const bundle = bundleIn(await repository.contentOf(digest));
    if (bundle === undefined) continue;
    const judged = judge(bundle, image.digest, signers);
    if ("reason" in judged) {
      rejected.push(`${digest} does not count: ${judged.reason}`);
      continue;
    }
    const { statement, signer } = judged;
    const what = Object.keys(required).find((one) => required[one]?.includes(statement.predicateType));
    if (what !== undefined) signed[what] = signer;
    if (what === "provenance") origin = originIn(statement);
  }
  const missing = Object.keys(required).filter((what) => signed[what] === undefined);
  return {
    ...{ image: nameOf(image), signed, ...(origin !== undefined && { origin }) },
    problems:
      missing.length === 0
        ? []
        : [
            `it has no ${missing.join(", no ")} by a trusted signer (${signers.map(({ name }) => name).join(", ")})`,
            ...rejected,
            ...(listed.length > mostReferrers
              ? [`only ${mostReferrers} of the ${listed.length} manifests that refer to it were read`]
              : []),
          ],
  };
}

/** @returns `undefined` for anything but a bundle */
function bundleIn(content: Buffer): Bundle | undefined {
  try {
    return bundleFromJSON(JSON.parse(content.toString()) as unknown);
  } catch {
    return undefined;
  }
}

type Judged = { statement: Statement; signer: string } | { reason: string };

/** A signature counts only for the digest that its statement names. */
function judge(bundle: Bundle, digest: string, signers: readonly TrustedSigner[]): Judged {
  const { content } = bundle;
  if (content.$case !== "dsseEnvelope" || content.dsseEnvelope.payloadType !== inTotoType)
    return { reason: "it signs no statement" };
  const reasons: string[] = [];
  const signer = signers.find((one) => {
    try {
      one.verify(bundle);
      return true;
    } catch (error) {
      reasons.push((error as Error).message);
      return false;
    }
  });
  if (signer === undefined) return { reason: [...new Set(reasons)].join("; ") };
  const statement = JSON.parse(content.dsseEnvelope.payload.toString()) as Partial<Statement> | null;
  const isAbout = (statement?.subject ?? []).some((subject) => `sha256:${subject.digest.sha256}` === digest);
  return isAbout ? { statement: statement as Statement, signer: signer.name } : { reason: "it is about another image" };
}

function originIn({ predicate }: Statement): VerifiedImage["origin"] {
  const { buildDefinition, runDetails } = (predicate ?? {}) as {
    buildDefinition?: { externalParameters?: { repository?: unknown; commit?: unknown } };
    runDetails?: { builder?: { id?: unknown } };
  };
  const { repository, commit } = buildDefinition?.externalParameters ?? {};
  const found = { repository, commit, builder: runDetails?.builder?.id };
  return Object.fromEntries(Object.entries(found).filter(([, value]) => typeof value === "string"));
}
