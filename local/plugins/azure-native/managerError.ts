/** Errors of Resource Manager, with the official plugin's wording. */

interface ErrorBody {
  code?: unknown;
  message?: unknown;
  details?: unknown;
}

/** An error response of Resource Manager. The message has its code, its message, and the messages of its details. */
export class ManagerError extends Error {
  readonly status: number;
  readonly code: string | undefined;
  constructor(status: number, code: string | undefined, message: string) {
    super(`Status=${status} ${code === undefined ? "" : `Code="${code}" `}Message="${message}"`);
    this.name = "ManagerError";
    this.status = status;
    this.code = code;
  }
}

function text(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}

/** The messages of an error and of its `details`, which often have the cause. */
function messages(error: ErrorBody): string[] {
  const details = Array.isArray(error.details) ? (error.details as ErrorBody[]) : [];
  return [text(error.message), ...details.flatMap(messages)].filter((message) => message !== undefined);
}

/** The error in a response or in a failed operation. A body in another form becomes the message. */
export function managerError(status: number, body: unknown): ManagerError {
  const error = (body as { error?: ErrorBody } | undefined)?.error ?? (body as ErrorBody | undefined) ?? {};
  const said = typeof error === "object" ? [...new Set(messages(error))].join(" ") : "";
  const message = said !== "" ? said : typeof body === "string" ? body.slice(0, 1000) : JSON.stringify(body ?? "");
  return new ManagerError(status, typeof error === "object" ? text(error.code) : undefined, message);
}

/** Whether the error says that the resource or its parent does not exist. */
export function isNotFound(error: unknown): boolean {
  return error instanceof ManagerError && error.status === 404;
}
