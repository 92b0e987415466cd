/** Errors of the blob service, in its codes, words and XML. https://learn.microsoft.com/rest/api/storageservices/blob-service-error-codes */
import type { Reply } from "../httpMessages.ts";

const errors = {
  NoAuthenticationInformation: [
    401,
    "Server failed to authenticate the request. Please refer to the information in the www-authenticate header.",
  ],
  InvalidAuthenticationInfo: [
    401,
    "Server failed to authenticate the request. Please refer to the information in the www-authenticate header.",
  ],
  KeyBasedAuthenticationNotPermitted: [403, "Key based authentication is not permitted on this storage account."],
  AuthorizationPermissionMismatch: [
    403,
    "This request is not authorized to perform this operation using this permission.",
  ],
  ContainerNotFound: [404, "The specified container does not exist."],
  BlobNotFound: [404, "The specified blob does not exist."],
  ResourceNotFound: [404, "The specified resource does not exist."],
  ContainerAlreadyExists: [409, "The specified container already exists."],
  InvalidHeaderValue: [400, "The value for one of the HTTP headers is not in the correct format."],
  UnsupportedHttpVerb: [405, "The resource doesn't support specified Http Verb."],
} as const;

export type BlobErrorCode = keyof typeof errors;

export class BlobError extends Error {
  readonly code: BlobErrorCode;

  constructor(code: BlobErrorCode) {
    super(errors[code][1]);
    this.code = code;
  }

  toReply(): Reply {
    const [status, message] = errors[this.code];
    return {
      status,
      headers: { "Content-Type": "application/xml", "x-ms-error-code": this.code },
      body: Buffer.from(
        `<?xml version="1.0" encoding="utf-8"?><Error><Code>${this.code}</Code><Message>${message}</Message></Error>`,
      ),
    };
  }
}
