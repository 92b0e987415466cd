/** Requests to Azure's Resource Manager for what is no resource: an import or a build of an image. */

const milliseconds = 60_000;

/** Sends a request, a POST if it has a body. @throws when the Resource Manager does not answer within a minute */
export const managerRequest = (token: string, url: string, body?: object): Promise<Response> =>
  fetch(url, {
    method: body === undefined ? "GET" : "POST",
    headers: { Authorization: `Bearer ${token}`, "Content-Type": "application/json" },
    ...(body !== undefined && { body: JSON.stringify(body) }),
    redirect: "error",
    signal: AbortSignal.timeout(milliseconds),
  });

export interface ManagerRefusal {
  /** Azure's code, or the HTTP status if the answer has none. */
  code: string;
  message: string;
}

/** Reads a refusal. A proxy in between may have answered with a page, whose beginning then is the message. */
export async function managerRefusal(answer: Response): Promise<ManagerRefusal> {
  const text = await answer.text();
  const unknown = { code: String(answer.status), message: text.slice(0, 500) };
  try {
    const { error } = JSON.parse(text) as { error?: Partial<ManagerRefusal> };
    return error === undefined ? unknown : { code: error.code ?? unknown.code, message: error.message ?? "" };
  } catch {
    return unknown;
  }
}
