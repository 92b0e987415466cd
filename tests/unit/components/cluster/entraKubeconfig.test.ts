import fc from "fast-check";
import { parse, stringify } from "yaml";
import {
  aksServerApplicationId,
  kubeloginMethods,
  withKubelogin,
} from "../../../../components/cluster/entraKubeconfig.ts";

interface Config {
  users: { name: string; user: Record<string, unknown> }[];
  [key: string]: unknown;
}
const read = (text: string) => parse(text) as Config;

const fromAks = {
  apiVersion: "v1",
  kind: "Config",
  clusters: [{ name: "hello", cluster: { server: "https://hello.example:443", "certificate-authority-data": "Q0E=" } }],
  contexts: [{ name: "hello", context: { cluster: "hello", user: "clusterUser_group_hello" } }],
  "current-context": "hello",
  users: [
    {
      name: "clusterUser_group_hello",
      user: {
        exec: { command: "kubelogin", args: ["get-token", "--login", "devicecode"], interactiveMode: "IfAvailable" },
      },
    },
  ],
};

test.each(kubeloginMethods)("signs in with kubelogin's %s, without a prompt", (method) => {
  const [{ name, user } = { name: "", user: {} }] = read(withKubelogin(stringify(fromAks), method)).users;
  expect(name).toBe("clusterUser_group_hello");
  expect(user).toEqual({
    exec: {
      apiVersion: "client.authentication.k8s.io/v1",
      command: "kubelogin",
      args: ["get-token", "--login", method, "--server-id", aksServerApplicationId],
      installHint: "kubelogin is needed to sign in to this cluster: https://azure.github.io/kubelogin/install.html",
      interactiveMode: "Never",
      provideClusterInfo: false,
    },
  });
});

test("requests tokens for the one application that all AKS clusters share", () => {
  expect(aksServerApplicationId).toBe("6dae42f8-4368-4678-94ff-3960e28e3630");
});

test("keeps everything except the users' sign-in", () => {
  const text = fc.string({ unit: "grapheme-ascii", minLength: 1 });
  fc.assert(
    fc.property(
      fc.dictionary(
        text.filter((key) => key !== "users" && key !== "__proto__"),
        fc.jsonValue({ maxDepth: 2 }),
      ),
      fc.uniqueArray(text, { minLength: 1, maxLength: 4 }),
      (rest, names) => {
        const config = { ...rest, users: names.map((name) => ({ name, user: { token: "of the user" } })) };
        const result = withKubelogin(stringify(config), "spn");
        const { users, ...kept } = read(result);
        expect(kept).toEqual(parse(stringify(rest)));
        expect(users.map(({ name }) => name)).toEqual(names);
        expect(result).not.toContain("of the user");
      },
    ),
  );
});

test.each([
  ["empty text", ""],
  ["a string", "hello"],
  ["no users", "kind: Config"],
  ["an empty list of users", "users: []"],
])("says what is wrong with %s", (_, text) => {
  expect(() => withKubelogin(text, "azurecli")).toThrow(
    "the cluster's user credential is not a kubeconfig with users: wait until the cluster is created, then run the update again",
  );
});
