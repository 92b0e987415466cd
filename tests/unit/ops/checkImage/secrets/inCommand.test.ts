import { secretsInCommand } from "../../../../../ops/checkImage/secrets/inCommand.ts";

const kinds = (command: string) => secretsInCommand(command).map(({ kind }) => kind);
/** Made up at run time, so that scanners find no secret in this file. */
const token = ["npm", "aB3".repeat(12)].join("_");

it.each([
  [`npm config set //registry.npmjs.org/:_authToken=${token}`, "npm token"],
  ["npm config set //npm.host.io/:_authToken abcdefghij", "npm token"],
  ["git clone https://me:s3cret-word@git.host.io/x", "password in an address"],
  ["export DB_PASSWORD=correct-horse && ./migrate", "value of DB_PASSWORD"],
  ["PGPASSWORD='correct-horse' psql", "value of PGPASSWORD"],
  ["node main.js --api-key correct-horse", "value of --api-key"],
  ["curl -sS -u me:s3cret-word https://host.io/x", "credentials of curl"],
  ['curl -H "Authorization: Bearer abcdefghijkl" https://host.io/x', "authorization header"],
  ["docker login host.io -u me -p s3cret-word", "password of a sign-in"],
  ["sshpass -p s3cret-word scp a b", "password of sshpass"],
  ["echo s3cret-word | docker login host.io -u me --password-stdin", "piped password"],
])("finds in %s", (command, kind) => {
  expect(kinds(command)).toContain(kind);
});

it.each([
  "npm ci --omit=dev",
  "npm config set //registry.npmjs.org/:_authToken=${NPM_TOKEN}",
  'export DB_PASSWORD="$(cat /run/secrets/db)" && ./migrate',
  "curl -u $USER:$PASSWORD https://host.io/x",
  'curl -H "Authorization: Bearer $TOKEN" https://host.io/x',
  "node main.js --api-key $API_KEY --token /run/secrets/token",
  "apt-get install -y --no-install-recommends passwd",
  "useradd --password '' app",
])("finds nothing in %s", (command) => {
  expect(kinds(command)).toEqual([]);
});

it("shows only the beginning of a value", () => {
  expect(secretsInCommand("node main.js --password=correct-horse")).toEqual([
    { kind: "value of --password", masked: "cor***" },
  ]);
});
