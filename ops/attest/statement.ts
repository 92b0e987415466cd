/** Claims about an image by its digest: https://github.com/in-toto/attestation/blob/main/spec/v1/statement.md */
export const statementType = "https://in-toto.io/Statement/v1";
/** Media type of a statement, in an envelope or on its own. */
export const inTotoType = "application/vnd.in-toto+json";

export interface Statement {
  _type: string;
  subject: { name: string; digest: { sha256: string } }[];
  predicateType: string;
  predicate: unknown;
}

/** @param image `HOST/REPOSITORY` @param digest `sha256:...` */
export const statementAbout = (
  image: string,
  digest: string,
  predicateType: string,
  predicate: unknown,
): Statement => ({
  _type: statementType,
  subject: [{ name: image, digest: { sha256: digest.replace(/^sha256:/, "") } }],
  predicateType,
  predicate,
});
