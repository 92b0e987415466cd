/** The principal of a token that Entra issued. */
import { errors } from "jose";
import type { Cloud } from "./cloud.ts";
import type { Principal } from "./directory.ts";
import { issuerOf } from "./entra.ts";
import { ArmError } from "./armErrors.ts";
import { bearerToken, type Request } from "./httpMessages.ts";
import { asString } from "./jsonValues.ts";
import { armAudiences } from "./metadata.ts";

/** The principal of a request to the Resource Manager. @throws 401 with ARM's code for a missing, invalid, expired or misdirected token. */
export async function authenticate(cloud: Cloud, request: Request): Promise<Principal> {
  const header = request.headers.authorization;
  if (header === undefined) {
    throw refused(cloud, "AuthenticationFailed", "Authentication failed. The 'Authorization' header is missing.");
  }
  const token = bearerToken(header);
  if (token === undefined) {
    throw refused(
      cloud,
      "AuthenticationFailedInvalidHeader",
      "Authentication failed. The 'Authorization' header is provided in an invalid format.",
    );
  }
  const claims = await cloud.tokens.verify(token, issuerOf(cloud)).catch((error: unknown) => {
    if (error instanceof errors.JWTExpired) {
      throw refused(
        cloud,
        "ExpiredAuthenticationToken",
        "The access token expiry UTC time is earlier than current UTC time.",
      );
    }
    throw refused(cloud, "InvalidAuthenticationToken", "The access token is invalid.");
  });
  const audience = asString(claims.aud) ?? "";
  const accepted = armAudiences(cloud.endpoint);
  if (!accepted.includes(audience)) {
    throw refused(
      cloud,
      "InvalidAuthenticationTokenAudience",
      `The access token has been obtained for wrong audience or resource '${audience}'. It should exactly match with one of the allowed audiences ` +
        `${accepted.map((known) => `'${known}'`).join(",")}.`,
    );
  }
  const principal = cloud.directory.find(asString(claims.oid) ?? "");
  if (principal === undefined) {
    throw refused(
      cloud,
      "InvalidAuthenticationToken",
      "The access token belongs to a principal that no longer exists.",
    );
  }
  return principal;
}

/** The principal of a token for one of these audiences, or undefined. A slash at the end of an audience does not count. */
export async function entraPrincipal(
  cloud: Cloud,
  token: string | undefined,
  audiences: readonly string[],
): Promise<Principal | undefined> {
  const claims = await cloud.tokens.verify(token ?? "", issuerOf(cloud)).catch(() => undefined);
  const bare = (audience: unknown) => String(audience).replace(/\/+$/, "");
  const accepted = audiences.some((audience) => bare(audience) === bare(claims?.aud));
  return accepted ? cloud.directory.find(asString(claims?.oid) ?? "") : undefined;
}

function refused(cloud: Cloud, code: string, message: string): ArmError {
  const challenge =
    `Bearer authorization_uri="${cloud.endpoint}/${cloud.deployer.tenantId}", ` +
    `error="invalid_token", error_description="${message.replaceAll('"', "'")}"`;
  return new ArmError(401, code, message, { headers: { "WWW-Authenticate": challenge } });
}
