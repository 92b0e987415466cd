import { SecretSearch, secretsIn } from "../../../../../ops/checkImage/secrets/inFile.ts";

const kinds = (path: string, content: string | Buffer) => secretsIn(path, Buffer.from(content)).map(({ kind }) => kind);

/** Made up at run time, so that scanners find no secret in this file. */
const letters = (count: number) => "aB3".repeat(count).slice(0, count);
const key = (type: string) =>
  `-----BEGIN ${type}PRIVATE KEY-----\n${letters(64)}\n${letters(64)}\n-----END ${type}PRIVATE KEY-----\n`;

it.each([
  ["app/key.pem", key(""), "private key"],
  ["app/key.pem", key("RSA "), "private key"],
  ["app/id", key("OPENSSH "), "private key"],
  ["app/config.json", JSON.stringify({ key: key("EC ") }), "private key"],
  ["app/aws.js", `const id = "AKIA${letters(16).toUpperCase()}";`, "AWS access key"],
  ["app/s.json", `AccountName=a;AccountKey=${letters(86)}==;`, "Azure storage key"],
  ["app/s.json", `SharedAccessKey=${letters(43)}=`, "Azure shared access key"],
  ["app/s.json", `"${letters(3)}8Q~${letters(34)}"`, "Azure client secret"],
  ["app/.npmrc", `//registry.example.com/:_authToken=${letters(20)}`, "npm token"],
  ["app/x", `npm_${letters(36)}`, "npm token"],
  ["app/x", `ghp_${letters(36)}`, "GitHub token"],
  ["app/x", `token: eyJ${letters(20)}.eyJ${letters(30)}.${letters(43)}`, "JSON web token"],
  ["root/.docker/config.json", `{"auths": {"h": {"auth": "${letters(12)}"}}}`, "registry credentials"],
  ["app/.env", "PORT=3000\nDB_PASSWORD=correct-horse\n", "environment file with DB_PASSWORD"],
  ["app/.env.production", `export THING=${letters(32)}1\n`, "environment file with THING"],
  ["app/config.json", '{"url": "postgres://me:s3cret-word@db.host.io/app"}', "password in an address"],
  ["app/.git/HEAD", "ref: refs/heads/main\n", "git repository"],
  ["root/.aws/credentials", "[default]\n", "AWS credentials"],
  ["root/.kube/config", "apiVersion: v1\n", "kubeconfig"],
  ["etc/cert.pfx", Buffer.from([0, 1, 2]), "key store"],
])("finds in %s: %#", (path, content, kind) => {
  expect(kinds(path, content)).toContain(kind);
});

it.each([
  ["an example environment file", "app/.env.example", "A=b\n"],
  [
    "an environment file for browsers",
    "app/.env.production",
    `NEXT_PUBLIC_KEY=${letters(32)}1\nNEXT_PUBLIC_API_URL=https://api.example.com\nLOG_LEVEL=info\n`,
  ],
  ["an environment file without secrets", "app/.env", "DATABASE=x\nPORT=3000\n"],
  ["a package's example", "app/node_modules/x/examples/.env", "DB_PASSWORD=correct-horse\n"],
  ["a key in a package's source", "app/node_modules/x/lib/keys.js", `const k = \`${key("")}\`;`],
  ["a password in an example", "app/db.js", 'connect("postgres://user:password@localhost:5432/app")'],
  ["a password in a manual", "app/proxy.js", "// e.g. http://user:pass@proxy.corp.io:8080"],
  ["the key that Debian generates", "etc/ssl/private/ssl-cert-snakeoil.key", key("")],
  ["an empty environment file", "app/.env", "# nothing yet\n"],
  ["an .npmrc with a variable", "app/.npmrc", "//registry.example.com/:_authToken=${NPM_TOKEN}\n"],
  ["an .npmrc without a token", "app/.npmrc", "fund=false\n"],
  ["code that handles keys", "app/jose.js", 'text.replace("-----BEGIN PRIVATE KEY-----", "")'],
  ["a public key", "app/key.pem", `-----BEGIN PUBLIC KEY-----\n${letters(64)}\n`],
  ["Amazon's own example", "app/doc.txt", "AKIAIOSFODNN7EXAMPLE"],
  ["a package's test key", "app/node_modules/tls/test/key.pem", key("")],
  ["a test key of Python", "usr/lib/python3.12/test/keycert.pem", key("")],
  ["a package's manual", "app/node_modules/jwt/README.md", `eyJ${letters(20)}.eyJ${letters(30)}.${letters(43)}`],
  ["a program", "usr/bin/tool", Buffer.concat([Buffer.from([0]), Buffer.from(key(""))])],
  ["git's own files elsewhere", "usr/share/git-core/HEAD", "ref: refs/heads/main\n"],
])("does not report as a secret: %s", (_, path, content) => {
  expect(kinds(path, content)).toEqual([]);
});

it("finds a key in a package's folder outside of its tests", () => {
  expect(kinds("app/node_modules/ours/key.pem", key(""))).toEqual(["private key"]);
});

it("shows only the beginning of a value", () => {
  expect(secretsIn("app/x", Buffer.from(`npm_${letters(36)}`))).toEqual([
    { path: "app/x", kind: "npm token", masked: "npm_***" },
  ]);
  expect(secretsIn("k", Buffer.from(key("RSA ")))[0]?.masked).toBe("-----BEGIN RSA PRIVATE KEY----- ***");
});

it("finds a secret that spans two chunks of a large file", () => {
  const text = `${" ".repeat(5000)}npm_${letters(36)} `;
  const search = new SecretSearch("app/bundle.js");
  search.add(Buffer.from(text.slice(0, 5010)));
  search.add(Buffer.from(text.slice(5010)));
  expect(search.found).toEqual([{ path: "app/bundle.js", kind: "npm token", masked: "npm_***" }]);
});
