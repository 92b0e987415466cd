/** Errors of the blob service, with its codes, messages and XML. https://learn.microsoft.com/rest/api/storageservices/blob-service-error-codes */
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
  AuthorizationFailure: [403, "This request is not authorized to perform this operation."],
  CannotVerifyCopySource: [403, "The source of the copy cannot be read."],
  ContainerNotFound: [404, "The specified container does not exist."],
  BlobNotFound: [404, "The specified blob does not exist."],
  ResourceNotFound: [404, "The specified resource does not exist."],
  ContainerAlreadyExists: [409, "The specified container already exists."],
  BlobAlreadyExists: [409, "The specified blob already exists."],
  OperationNotAllowedOnRootBlob: [400, "The operation is not allowed on the current version of a blob."],
  ConditionNotMet: [412, "The condition specified using HTTP conditional header(s) is not met."],
  InvalidRange: [416, "The range specified is invalid for the current size of the resource."],
  InvalidBlockList: [400, "The specified block list is invalid."],
  InvalidQueryParameterValue: [400, "Value for one of the query parameters specified in the request URI is invalid."],
  UnsupportedQueryParameter: [400, "One of the query parameters specified in the request URI is not supported."],
  InvalidResourceName: [400, "The specified resource name contains invalid characters."],
  OutOfRangeInput: [400, "The specified resource name length is not within the permissible limits."],
  InvalidHeaderValue: [400, "The value for one of the HTTP headers is not in the correct format."],
  Md5Mismatch: [
    400,
    "The MD5 value specified in the request did not match with the MD5 value calculated by the server.",
  ],
  UnsupportedHttpVerb: [405, "The resource doesn't support specified Http Verb."],
} as const;

export type BlobErrorCode = keyof typeof errors;

export class BlobError extends Error {
  readonly code: BlobErrorCode;
  readonly headers: Record<string, string>;

  constructor(code: BlobErrorCode, headers: Record<string, string> = {}) {
    super(errors[code][1]);
    this.code = code;
    this.headers = headers;
  }

  toReply(): Reply {
    const [status, message] = errors[this.code];
    return {
      status,
      headers: { "Content-Type": "application/xml", "x-ms-error-code": this.code, ...this.headers },
      body: Buffer.from(
        `<?xml version="1.0" encoding="utf-8"?><Error><Code>${this.code}</Code><Message>${message}</Message></Error>`,
      ),
    };
  }
}
