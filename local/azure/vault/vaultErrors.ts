/**
 * Errors of the vaults' own service, with its codes and messages.
 *
 * https://learn.microsoft.com/azure/key-vault/general/rest-error-codes, and answers that users posted:
 * https://github.com/hashicorp/terraform-provider-azurerm/issues/27817 (roles),
 * https://github.com/Azure/azure-sdk-for-net/issues/11518 (operations of a key),
 * https://github.com/Azure/azure-sdk-for-js/issues/24756 (a disabled secret)
 */
import type { Reply } from "../httpMessages.ts";

export class VaultError extends Error {
  readonly status: number;
  readonly code: string;
  /** The more specific code. */
  readonly inner: string | undefined;
  readonly headers: Record<string, string>;

  constructor(status: number, code: string, message: string, inner?: string, headers: Record<string, string> = {}) {
    super(message);
    this.status = status;
    this.code = code;
    this.inner = inner;
    this.headers = headers;
  }

  toReply(): Reply {
    const { code, message, inner } = this;
    return {
      status: this.status,
      headers: this.headers,
      body: { error: { code, message, ...(inner !== undefined && { innererror: { code: inner } }) } },
    };
  }
}

export const badParameter = (message: string) => new VaultError(400, "BadParameter", message);
export const forbidden = (message: string, inner: string) => new VaultError(403, "Forbidden", message, inner);
