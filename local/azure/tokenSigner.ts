/** Issues and verifies the environment's signed tokens: Entra's access tokens, and the registries' refresh and access tokens. */
import { createHash, X509Certificate } from "node:crypto";
import { readFile } from "node:fs/promises";
import {
  type CryptoKey,
  exportJWK,
  importPKCS8,
  importX509,
  type JWK,
  type JWTPayload,
  jwtVerify,
  SignJWT,
} from "jose";

export class TokenSigner {
  readonly #privateKey: CryptoKey;
  readonly #publicKey: CryptoKey;
  /** The certificate, DER in base64. Registries use it to find the key. */
  readonly #certificate: string;
  readonly #thumbprint: string;
  /** The public key as `/discovery/v2.0/keys` shows it. */
  readonly publicJwk: JWK;

  private constructor(privateKey: CryptoKey, publicKey: CryptoKey, certificate: X509Certificate, publicJwk: JWK) {
    this.#privateKey = privateKey;
    this.#publicKey = publicKey;
    this.#certificate = certificate.raw.toString("base64");
    this.#thumbprint = createHash("sha1").update(certificate.raw).digest("base64url");
    this.publicJwk = {
      ...publicJwk,
      use: "sig",
      alg: "RS256",
      kid: this.#thumbprint,
      x5t: this.#thumbprint,
      x5c: [this.#certificate],
    };
  }

  static async load(keyFile: string, certificateFile: string): Promise<TokenSigner> {
    const certificate = await readFile(certificateFile, "utf8");
    const publicKey = await importX509(certificate, "RS256", { extractable: true });
    return new TokenSigner(
      await importPKCS8(await readFile(keyFile, "utf8"), "RS256"),
      publicKey,
      new X509Certificate(certificate),
      await exportJWK(publicKey),
    );
  }

  /** Signs claims for an audience, valid for `seconds` from now. */
  async issue(claims: JWTPayload, issuer: string, audience: string, seconds: number): Promise<string> {
    const now = Math.floor(Date.now() / 1000);
    return new SignJWT(claims)
      .setProtectedHeader({
        alg: "RS256",
        typ: "JWT",
        kid: this.#thumbprint,
        x5t: this.#thumbprint,
        x5c: [this.#certificate],
      })
      .setIssuer(issuer)
      .setAudience(audience)
      .setIssuedAt(now)
      .setNotBefore(now - 5)
      .setExpirationTime(now + seconds)
      .sign(this.#privateKey);
  }

  /** The claims of an issuer's token. @throws jose's errors when it is expired, forged, or of another issuer */
  async verify(token: string, issuer: string): Promise<JWTPayload> {
    return (await jwtVerify(token, this.#publicKey, { issuer, algorithms: ["RS256"] })).payload;
  }
}
