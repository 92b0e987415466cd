/**
 * Workload identity federation: sign-in without a secret, with a token of an issuer that an identity trusts. There are two issuers: the clusters',
 * and a stand-in for GitHub's that issues every requested token (`POST /simulation/workflowTokens`). Entra fetches the keys of any issuer over the
 * network; this service does not.
 *
 * https://learn.microsoft.com/entra/workload-id/workload-identity-federation
 */
import { decodeJwt } from "jose";
import type { Cloud } from "./cloud.ts";
import { asString, type JsonObject } from "./jsonValues.ts";
import { identityType } from "./resourceTypes/userAssignedIdentity.ts";
import { isClusterToken } from "./podTokens.ts";
import { credentialsOf } from "./resourceTypes/federatedIdentityCredential.ts";

/** `client_assertion_type` of a token that replaces a secret. */
export const jwtBearer = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/** `iss` of the workflows' tokens. */
const workflowIssuer = (cloud: Cloud) => `${cloud.endpoint}/simulation/workflows`;

/** GitHub's tokens live this long: https://github.com/Azure/login/issues/372 */
const workflowTokenSeconds = 300;

/** A token like the one that a workflow run gets. @param age seconds since it was issued */
export const workflowToken = (cloud: Cloud, subject: string, audience: string, age = 0): Promise<string> =>
  cloud.tokens.issue({ sub: subject }, workflowIssuer(cloud), audience, workflowTokenSeconds - age);

/** Entra's reason for refusing a token. */
interface Refusal {
  code: number;
  text: string;
}

/** The reason for which an identity may not sign in with this token; undefined if it may. */
export async function refusalOf(cloud: Cloud, clientId: string, assertion: string): Promise<Refusal | undefined> {
  const claims = claimsOf(assertion);
  if (claims === undefined) return { code: 50027, text: "JWT token is invalid or malformed." };
  const identity = cloud.inventory
    .ofType(identityType)
    .find(({ resource }) => asString(resource.properties.clientId)?.toLowerCase() === clientId.toLowerCase());
  const trusted = identity === undefined ? [] : credentialsOf(cloud, identity.resource.id);
  const [issuer, subject] = [asString(claims.iss) ?? "", asString(claims.sub) ?? ""];
  if (trusted.length === 0) {
    return {
      code: 70025,
      text: `The client '${clientId}'(${identity?.resource.name ?? ""}) has no configured federated identity credentials.`,
    };
  }
  const said = `presented assertion issuer '${issuer}', subject '${subject}', audience '${String(claims.aud)}'`;
  const noMatch = (code: number, what: string): Refusal => ({
    code,
    text: `No matching federated identity record found for ${said}: the ${what} is not trusted.`,
  });
  const ofIssuer = trusted.filter(({ properties }) => properties.issuer === issuer);
  if (ofIssuer.length === 0) return noMatch(700211, "issuer");
  // At most one credential has this issuer and subject.
  const match = ofIssuer.find(({ properties }) => properties.subject === subject);
  if (match === undefined) return noMatch(700213, "subject");
  // One text, or a list, as Kubernetes writes it.
  const audiences: unknown[] = [claims.aud].flat();
  if (!(match.properties.audiences as string[]).some((trusted) => audiences.includes(trusted)))
    return noMatch(700212, "audience");
  const [now, expiry] = [Date.now(), Number(claims.exp) * 1000];
  if (!(expiry > now)) {
    const [at, from, until] = [now, Number(claims.nbf) * 1000, expiry].map((time) => new Date(time).toISOString());
    return {
      code: 700024,
      text: `Client assertion is not within its valid time range. Current time: ${at}, assertion valid from ${from}, expiry time of assertion ${until}.`,
    };
  }
  const signed =
    issuer === workflowIssuer(cloud)
      ? await cloud.tokens.verify(assertion, issuer).then(
          () => true,
          () => false,
        )
      : await isClusterToken(cloud, assertion);
  return signed ? undefined : { code: 50013, text: "Assertion failed signature validation." };
}

function claimsOf(assertion: string): JsonObject | undefined {
  try {
    return decodeJwt(assertion);
  } catch {
    return undefined;
  }
}
