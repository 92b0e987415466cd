/** Values of the settings of what the process is told: which are taken, which are refused, and what is then said. */
import { map, type SettingCases } from "./settingCases.ts";

const path =
  'is not a path in a container: start it with "/", use letters, digits, ".", "_", and "-", and do not end it with "/", e.g. "/var/cache/app"';
const variable = 'is not an environment variable name: use letters, digits, and "_", not starting with a digit';
const secretVariable =
  'use letters, digits, and "_", not starting with a digit, and none of the variables that tarmac sets, such as PORT';
const secretPath =
  'start it with "/", use letters, digits, ".", "_", and "-", and do not end it with "/", e.g. "/etc/hello/key.pem"';
const twice = "and only one can apply: remove it from one of them";

export const valueCases: SettingCases = {
  accepted: [
    ["environment", '{"LOG_LEVEL":"debug"}', { LOG_LEVEL: "debug" }],
    ["configValues", '{"GREETING":"hello"}', { GREETING: "hello" }],
    ["secretValues", '{"API_KEY":"k"}', { API_KEY: "k" }],
    ["configFiles", '{"/etc/hello/app.json":"{}"}', { "/etc/hello/app.json": "{}" }],
    ["secretFiles", '{"/etc/hello/key.pem":"k"}', { "/etc/hello/key.pem": "k" }],
  ],
  refused: [
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
      "variables and files that together are more than Kubernetes stores",
      {
        configValues: JSON.stringify({ A: "x".repeat(2 ** 20 - 1000) }),
        configFiles: JSON.stringify({ "/etc/a": "x".repeat(2000) }),
      },
      [
        "tarmac:configValues: 1025 KiB, together with configFiles, exceed the 1024 KiB that Kubernetes stores in one object: keep large files in the image or in a storage account",
      ],
    ],
    [
      "one variable from two sources",
      { environment: '{"A":"1"}', secretValues: '{"A":"2"}' },
      [`tarmac:secretValues: "A" is also set in environment, ${twice}`],
    ],
    [
      "a file where a folder is",
      { writablePaths: '{"/data":"64Mi"}', configFiles: '{"/data":"x"}' },
      [`tarmac:configFiles: "/data" is also set in writablePaths, ${twice}`],
    ],
    [
      "more than Kubernetes stores",
      { configFiles: JSON.stringify({ "/etc/a": "x".repeat(2 ** 20) }) },
      [
        "tarmac:configFiles: 1025 KiB exceed the 1024 KiB that Kubernetes stores in one object: keep large files in the image or in a storage account",
      ],
    ],
  ],
};
