import { readSettings, SettingsError } from "../../../../app/src/settings.ts";

test("an empty environment gives the defaults", () => {
  expect(readSettings({})).toEqual({
    port: 8080,
    serviceName: "tarmac-app",
    version: "development",
    podName: null,
    nodeName: null,
    drainSeconds: 5,
    closeSeconds: 10,
    requestSeconds: 30,
  });
});

test("reads every setting from its variable", () => {
  const env = {
    PORT: "3000",
    SERVICE_NAME: "orders",
    APP_VERSION: "1.2.3",
    POD_NAME: "orders-7d4b-x2x",
    NODE_NAME: "aks-system-0",
    DRAIN_SECONDS: "0.5",
    CLOSE_SECONDS: "0",
    REQUEST_SECONDS: "60",
  };
  expect(readSettings(env)).toEqual({
    port: 3000,
    serviceName: "orders",
    version: "1.2.3",
    podName: "orders-7d4b-x2x",
    nodeName: "aks-system-0",
    drainSeconds: 0.5,
    closeSeconds: 0,
    requestSeconds: 60,
  });
});

test("treats an empty name as unset", () => {
  const settings = readSettings({ SERVICE_NAME: "", APP_VERSION: "", POD_NAME: "", NODE_NAME: "" });
  expect(settings).toMatchObject({ serviceName: "tarmac-app", version: "development", podName: null, nodeName: null });
});

test.each(["1", "80", "65535"])("accepts PORT %p", (PORT) => {
  expect(readSettings({ PORT }).port).toBe(Number(PORT));
});

test.each(["", "0", "-1", "65536", "100000", "80.5", "8080 ", " 8080", "0x50", "1e3", "http", "tcp://10.0.0.1:80"])(
  "PORT %p is refused",
  (PORT) => {
    expect(() => readSettings({ PORT })).toThrow(
      `PORT: ${JSON.stringify(PORT)} is not a whole number from 1 to 65535; set, for example, PORT=8080.`,
    );
  },
);

test.each([
  ["DRAIN_SECONDS", "", "0", "5"],
  ["DRAIN_SECONDS", "-1", "0", "5"],
  ["DRAIN_SECONDS", "5s", "0", "5"],
  ["DRAIN_SECONDS", "Infinity", "0", "5"],
  ["DRAIN_SECONDS", "3601", "0", "5"],
  ["CLOSE_SECONDS", "soon", "0", "10"],
  ["REQUEST_SECONDS", "0", "0.1", "30"],
])("%s %p is refused", (name, value, lowest, example) => {
  expect(() => readSettings({ [name]: value })).toThrow(
    `${name}: "${value}" is not a number of seconds from ${lowest} to 3600; set, for example, ${name}=${example}.`,
  );
});

test("reports all invalid settings at once", () => {
  let problems: readonly string[] = [];
  try {
    readSettings({ PORT: "x", DRAIN_SECONDS: "y", CLOSE_SECONDS: "1" });
  } catch (error) {
    expect(error).toBeInstanceOf(SettingsError);
    problems = (error as SettingsError).problems;
  }
  expect(problems.map((problem) => problem.split(":")[0])).toEqual(["PORT", "DRAIN_SECONDS"]);
});
