/** Errors of Resource Manager, in the official plugin's words. */

interface ErrorBody {
  code?: unknown;
  message?: unknown;
  details?: unknown;
}

/** A response of Resource Manager that says no. The message has its code and its own message, and those of its details. */
export class ArmError extends Error {
  readonly status: number;
  readonly code: string | undefined;
  constructor(status: number, code: string | undefined, message: string) {
    super(`Status=${status} ${code === undefined ? "" : `Code="${code}" `}Message="${message}"`);
    this.name = "ArmError";
    this.status = status;
    this.code = code;
  }
}

function text(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}

/** The messages of an error and of what it says below `details`, which is where the cause often stands. */
function messages(error: ErrorBody): string[] {
  const details = Array.isArray(error.details) ? (error.details as ErrorBody[]) : [];
  return [text(error.message), ...details.flatMap(messages)].filter((message) => message !== undefined);
}

/** The error that a response or an operation's end describes; a body that is not Resource Manager's stands in the message as it is. */
export function armError(status: number, body: unknown): ArmError {
  const error = (body as { error?: ErrorBody } | undefined)?.error ?? (body as ErrorBody | undefined) ?? {};
  const said = typeof error === "object" ? [...new Set(messages(error))].join(" ") : "";
  const message = said !== "" ? said : typeof body === "string" ? body.slice(0, 1000) : JSON.stringify(body ?? "");
  return new ArmError(status, typeof error === "object" ? text(error.code) : undefined, message);
}

/** True when the resource, or what it stands in, is not there. */
export function isNotFound(error: unknown): boolean {
  return error instanceof ArmError && error.status === 404;
}
