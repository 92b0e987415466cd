/** https://github.com/Azure/login: the sign-in with OpenID Connect. */
const { env } = process;
const given = (name: string) => env[`INPUT_${name.toUpperCase()}`] ?? "";

function fail(message: string): never {
  console.log(`::error::Login failed with Error: ${message}. Double check if the 'auth-type' is correct.`);
  process.exit(1);
}

for (const name of ["client-id", "tenant-id", "subscription-id"])
  if (given(name) === "")
    fail(`Using auth-type: SERVICE_PRINCIPAL. Not all values are present. Ensure '${name}' is supplied`);
const { ACTIONS_ID_TOKEN_REQUEST_URL: address = "", ACTIONS_ID_TOKEN_REQUEST_TOKEN: token = "" } = env;
if (address === "" || token === "")
  fail(
    "Please make sure to give write permissions to id-token in the workflow. Unable to get ACTIONS_ID_TOKEN_REQUEST_URL env variable",
  );
const url = new URL(address);
url.searchParams.set("audience", "api://AzureADTokenExchange");
const assertion = await fetch(url, { headers: { authorization: `Bearer ${token}` } });
if (!assertion.ok) fail(`GitHub answers ${assertion.status} to the request for the run's token`);
const { value } = (await assertion.json()) as { value: string };
const answer = await fetch(`${env.REHEARSAL_ENTRA}/${given("tenant-id")}/oauth2/v2.0/token`, {
  method: "POST",
  body: new URLSearchParams({
    grant_type: "client_credentials",
    client_id: given("client-id"),
    scope: `${env.REHEARSAL_ENTRA}/.default`,
    client_assertion_type: "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
    client_assertion: value,
  }),
});
const { error_description: refusal } = (await answer.json()) as { error_description?: string };
if (!answer.ok) fail(refusal ?? `Entra answers ${answer.status}`);
const { sub } = JSON.parse(Buffer.from(value.split(".")[1] ?? "", "base64url").toString()) as { sub: string };
console.log(`Federated token details: subject claim - ${sub}`);
console.log("Azure CLI login succeeds by using OIDC.");
