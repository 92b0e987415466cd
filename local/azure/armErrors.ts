import { isGuid } from "@tarmac/validate/azureNames";

export interface ErrorDetail {
  code: string;
  message: string;
}

/**
 * Errors in Azure Resource Manager's shape: `{ "error": { "code", "message" } }`, with ARM's status and wording, because
 * clients act on the code and people search for the message.
 */
export class ArmError extends Error {
  readonly status: number;
  readonly code: string;
  readonly target: string | undefined;
  readonly headers: Record<string, string>;
  /** The errors that caused this one. */
  readonly details: ErrorDetail[] | undefined;
  /** AKS's more specific code, in addition to a general one such as BadRequest. */
  readonly subcode: string | undefined;

  constructor(
    status: number,
    code: string,
    message: string,
    extra: { target?: string; headers?: Record<string, string>; details?: ErrorDetail[]; subcode?: string } = {},
  ) {
    super(message);
    this.name = "ArmError";
    this.status = status;
    this.code = code;
    this.target = extra.target;
    this.headers = extra.headers ?? {};
    this.details = extra.details;
    this.subcode = extra.subcode;
  }

  /** The response body. */
  toBody(): { error: ErrorDetail & { target?: string; details?: ErrorDetail[]; subcode?: string } } {
    const { code, message, target, details, subcode } = this;
    return {
      error: {
        code,
        message,
        ...(target === undefined ? {} : { target }),
        ...(details === undefined ? {} : { details }),
        ...(subcode === undefined ? {} : { subcode }),
      },
    };
  }
}

export const badRequest = (message: string, target?: string) =>
  new ArmError(400, "BadRequest", message, target === undefined ? {} : { target });

export const invalidRequestContent = (message: string) =>
  new ArmError(
    400,
    "InvalidRequestContent",
    `The request content was invalid and could not be deserialized: '${message}'.`,
  );

/** The error of a resource whose name is no GUID; undefined if it is one. @param what e.g. "role assignment ID" */
export const guidProblem = (code: string, what: string, name: string): ArmError | undefined =>
  isGuid(name) ? undefined : new ArmError(400, code, `The ${what} '${name}' is not valid. The ${what} must be a GUID.`);

export const subscriptionNotFound = (id: string) =>
  new ArmError(404, "SubscriptionNotFound", `The subscription '${id}' could not be found.`);

export const resourceGroupNotFound = (name: string) =>
  new ArmError(404, "ResourceGroupNotFound", `Resource group '${name}' could not be found.`);

export const resourceNotFound = (type: string, name: string, resourceGroup: string) =>
  new ArmError(
    404,
    "ResourceNotFound",
    `The Resource '${type}/${name}' under resource group '${resourceGroup}' was not found. ` +
      "For more details please go to https://aka.ms/ARMResourceNotFoundFix",
  );

export const parentResourceNotFound = (childType: string, parentType: string, parentName: string) =>
  new ArmError(
    404,
    "ParentResourceNotFound",
    `Failed to perform 'write' on resource(s) of type '${childType}', because the parent resource '${parentType}/${parentName}' could not be found.`,
  );

export const methodNotAllowed = (method: string) =>
  new ArmError(405, "HttpMethodNotAllowed", `The http method '${method}' is not supported for the resource.`);

export const invalidPath = (path: string) =>
  new ArmError(404, "InvalidResourcePath", `The request path '${path}' is not one the Resource Manager knows.`);

export const missingApiVersion = () =>
  new ArmError(
    400,
    "MissingApiVersionParameter",
    "The api-version query parameter (?api-version=) is required for all requests.",
  );

export const authorizationFailed = (caller: { appId: string; objectId: string }, action: string, scope: string) =>
  new ArmError(
    403,
    "AuthorizationFailed",
    `The client '${caller.appId}' with object id '${caller.objectId}' does not have authorization to perform action '${action}' ` +
      `over scope '${scope}' or the scope is invalid. If access was recently granted, please refresh your credentials.`,
  );

export const locationRequired = () =>
  new ArmError(400, "LocationRequired", "The location property is required for this definition.");

/** @param what e.g. `update node pool` @param where e.g. `agent pool apps` */
export const anotherOperation = (what: string, where: string, { id, startTime }: { id: string; startTime: string }) =>
  new ArmError(
    409,
    "OperationNotAllowed",
    `Operation is not allowed because there's an in progress ${what} operation (operation ID: ${id}) on the ${where} started on UTC ${startTime}. ` +
      "Please wait for it to finish before starting a new operation. See https://aka.ms/aks-pending-operation for more details",
  );
