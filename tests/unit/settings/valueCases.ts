/** Accepted and rejected values of the settings for the process, with the messages. */
import { statSync } from "node:fs";
import { map, type SettingCases } from "./settingCases.ts";

const path =
  'is not a path in a container: start it with "/", use letters, digits, ".", "_", and "-", and do not end it with "/", e.g. "/var/cache/app"';
const variable = 'is not an environment variable name: use letters, digits, and "_", not starting with a digit';
const secretVariable =
  'use letters, digits, and "_", not starting with a digit, and none of the variables that tarmac or Kubernetes sets, such as PORT';
const secretPath =
  'start it with "/", use letters, digits, ".", "_", and "-", and do not end it with "/", e.g. "/etc/hello/key.pem"';
const twice = "and only one can apply: remove it from one of them";

/** The number of copies of this file that exceed 1 MiB. */
const copies = Math.ceil(2 ** 20 / statSync("package-lock.json").size) + 1;
/** Made-up secrets in real forms. */
const npmToken = `npm_${"a1B2".repeat(9)}`;
const rotate = "and replace the secret where it was issued";

export const valueCases: SettingCases = {
  accepted: [
    ["environment", '{"LOG_LEVEL":"debug"}', { LOG_LEVEL: "debug" }],
    ["configValues", '{"GREETING":"hello"}', { GREETING: "hello" }],
    ["configFiles", '{"/etc/a.json":{"file":"package.json"}}', { "/etc/a.json": { file: "package.json" } }],
    ["configFiles", "", {}],
    // Names of secrets and placeholders are not secrets.
    [
      "environment",
      '{"DB_PASSWORD":"db-password","API_KEY":"changeme","TOKEN":"$(X)"}',
      { DB_PASSWORD: "db-password", API_KEY: "changeme", TOKEN: "$(X)" },
    ],
    ["environment", "", {}],
    ["secretValues", '{"API_KEY":"k"}', { API_KEY: "k" }],
    ["configFiles", '{"/etc/hello/app.json":"{}"}', { "/etc/hello/app.json": "{}" }],
    ["secretFiles", '{"/etc/hello/key.pem":"k"}', { "/etc/hello/key.pem": "k" }],
  ],
  refused: [
    [
      "environment",
      `{"NPM_TOKEN":"${npmToken}","DB_PASSWORD":"Tr0ub4dor","URL":"https://me:s3cret@db.contoso.com"}`,
      ...[
        ["NPM_TOKEN", "npm token"],
        ["DB_PASSWORD", "value of a variable named like a secret"],
        ["URL", "password in an address"],
      ].map(
        ([name, kind]) =>
          `"${name}" holds a secret (${kind}), which stack file, state, and cluster would show: remove it, run pulumi config set --secret --path 'secretValues["${name}"]', ${rotate}`,
      ),
    ],
    [
      "configFiles",
      `{"/etc/npmrc":"//registry.npmjs.org/:_authToken=${npmToken}"}`,
      `"/etc/npmrc" contains a secret (npm token), which stack file, state, and cluster would show: remove it, run pulumi config set --secret --path 'secretFiles["/etc/npmrc"]' < FILE, ${rotate}`,
    ],
    [
      "configFiles",
      '{"/etc/a":{"file":"nowhere.json"},"/etc/b":{"path":"x"},"/etc/c":1}',
      '"nowhere.json", the content of "/etc/a", is not a file: use a path from the folder of the project',
      'the content of "/etc/b" is neither a string nor a file: use its content, or {"file": "config/app.json"} for a file of the repository',
      'the value of "/etc/c" is not a string: put it in quotes, or add --type string to pulumi config set --path',
    ],
    [
      "environment",
      '{"A":1,"B-C":"x","D":true}',
      'the value of "A" is not a string: put it in quotes, or add --type string to pulumi config set --path',
      `"B-C" ${variable}`,
      'the value of "D" is not a string: put it in quotes, or add --type string to pulumi config set --path',
    ],
    [
      "configFiles",
      '{"/tmp":"x","/etc":"x"}',
      '"/tmp" is a folder of the image, where no file can be mounted (the container would not start: "not a directory"): add the name of the file, e.g. "/tmp/app.json"',
      '"/etc" is a folder of the image, where no file can be mounted (the container would not start: "not a directory"): add the name of the file, e.g. "/etc/app.json"',
    ],
    [
      "configFiles",
      `{"/etc/${"a".repeat(250)}":"x"}`,
      `"/etc/${"a".repeat(250)}" has 255 characters: use fewer, because its key in the ConfigMap or Secret has at most 253`,
    ],
    [
      "environment",
      '{"LOG_LEVEL":3}',
      'the value of "LOG_LEVEL" is not a string: put it in quotes, or add --type string to pulumi config set --path',
    ],
    ["environment", '{"PORT":"80"}', "PORT is set by tarmac (from port): remove it here"],
    ["environment", '{"LOG-LEVEL":"a"}', `"LOG-LEVEL" ${variable}`],
    ["configValues", '{"1ST":"a"}', `"1ST" ${variable}`],
    [
      "configValues",
      '{"NODE_NAME":"a"}',
      "NODE_NAME is set by tarmac (from the name of the pod's node): remove it here",
    ],
    ["configValues", "A=1", `"A=1" ${map}`],
    [
      "secretValues",
      '{"FIRST":"aaa","SECOND":7777}',
      "the value of entry 2 of 2 is not a string: put it in quotes, or add --type string to pulumi config set --path",
    ],
    ["secretValues", '{"NODE_NAME":"aaa"}', `the name of entry 1 of 1 is invalid: ${secretVariable}`],
    ["secretValues", "FIRST=aaa", `the secret ${map}`],
    ["configFiles", '{"app.json":"{}"}', `"app.json" ${path}`],
    ["configFiles", '{"/etc/../x":"{}"}', `"/etc/../x" ${path}`],
    ["configFiles", '{"/dev/x":"{}"}', '"/dev/x" is in /dev, which belongs to the container runtime: use another path'],
    ["secretFiles", '{"/run/first":"aaa","second":"bbb"}', `the name of entry 2 of 2 is invalid: ${secretPath}`],
    [
      "secretFiles",
      '{"/run/first":7777}',
      "the value of entry 1 of 1 is not a string: put it in quotes, or add --type string to pulumi config set --path",
    ],
  ],
  together: [
    [
      "a file below a file",
      {
        configFiles: '{"/etc/hello":"x"}',
        secretFiles: '{"/etc/hello/key.pem":"x"}',
        writablePaths: '{"/etc/hello/run":"1Mi"}',
      },
      [
        'tarmac:writablePaths: "/etc/hello/run" is below "/etc/hello", which is a file (configFiles), and the container would not start ("not a directory"): move one of the two',
        'tarmac:secretFiles: "/etc/hello/key.pem" is below "/etc/hello", which is a file (configFiles), and the container would not start ("not a directory"): move one of the two',
      ],
    ],
    [
      "two files with one key",
      { configFiles: '{"/etc/a/b":"x","/etc/a..b":"y"}' },
      ['tarmac:configFiles: "/etc/a..b" and "/etc/a/b" get the same key, "file..etc..a..b": rename one of the two'],
    ],
    [
      "one variable from two sources",
      { environment: '{"A":"1"}', secretValues: '{"A":"2"}' },
      [`tarmac:secretValues: "A" is also set in environment, ${twice}`],
    ],
    [
      "a file at the path of a folder",
      { writablePaths: '{"/data":"64Mi"}', configFiles: '{"/data":"x"}' },
      [`tarmac:configFiles: "/data" is also set in writablePaths, ${twice}`],
    ],
    [
      "more than Kubernetes can store",
      {
        configFiles: JSON.stringify(
          Object.fromEntries(Array.from({ length: copies }, (_, i) => [`/etc/a${i}`, { file: "package-lock.json" }])),
        ),
        configValues: '{"A":"x"}',
      },
      [
        `tarmac:configFiles: ${Math.ceil((copies * (statSync("package-lock.json").size + "/etc/a0".length) + 2) / 1024)} KiB, together with configValues, exceed the 1024 KiB that Kubernetes stores in one object: keep large files in the image or in a storage account`,
      ],
    ],
    [
      "more than Pulumi can pass to a program",
      {
        configFiles: JSON.stringify({ "/etc/a": "x".repeat(100 * 1024) }),
        environment: JSON.stringify({ A: "y".repeat(27 * 1024) }),
      },
      [
        'tarmac:configFiles: all settings together have 128 KiB, 101 of them here, and Pulumi can pass 126 KiB to a program (otherwise: "argument list too long"): keep large texts in files of the repository, e.g. configFiles: {"/etc/hello/app.json": {"file": "config/app.json"}}, or in the image',
      ],
    ],
  ],
};
